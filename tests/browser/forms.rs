//! Somebody gives everything on the customer's page, with JavaScript and without, and what a script adds.

use std::path::Path;

use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::mailbox::Mailbox;
use crate::server::Server;

/// A type that asks for one of everything, in the colours of an operator.
async fn start(engine: Engine, mailbox: &Mailbox) -> Server {
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/photo.png");
    let configuration = format!(
        r##"
        [branding]
        name = "Example Anchor"
        color = "#e2001a"
        logo_file = "{photo}"
        [customer_types.paper]
        fields = ["first_name", "birth_date", "id_type", "address", "email_address", "photo_id_front"]
        optional_fields = ["mobile_number"]
        verify = ["email_address"]
        [customer_types.reviewed]
        fields = ["first_name"]
        decision = "review"
        [verification.email]
        kind = "smtp"
        host = "127.0.0.1"
        port = {port}
        tls = "none"
        from = "kyc@anchor.example.com"
        "##,
        photo = photo.display(),
        port = mailbox.port,
    );
    Server::start(engine, &configuration).await
}

/// The link of the page of a type.
fn link(server: &Server, customer_type: &str) -> String {
    server.dev("kyc_url").replace("sep6-high", customer_type)
}

fn photo() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/photo.png").display().to_string()
}

#[rstest]
#[tokio::test]
async fn everything_is_given_on_the_page_and_the_customer_is_verified(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(true, false)] has_scripts: bool,
) {
    let mailbox = Mailbox::start();
    let server = start(engine, &mailbox).await;
    let mut browser = Browser::open();
    if !has_scripts {
        browser.hand_to_somebody_without_scripts();
    }

    browser.go(&link(&server, "paper")).shows(200, "Confirm who you are").says("Example Anchor has to know");
    // axe is a script, too.
    let is_accessible = |browser: &mut Browser| {
        if has_scripts {
            browser.is_accessible();
        }
    };
    // With a script, the page stays.
    let send = |browser: &mut Browser, button: &str, status: u16, until: &str| {
        if has_scripts {
            browser.press(button, until)
        } else {
            browser.click(button).shows(status, "Confirm who you are").says(until)
        }
    };
    is_accessible(&mut browser);
    browser.fill(&json!({ "first_name": "Ada", "id_type": "passport", "address": "St James's\nLondon" }));
    let refused = send(&mut browser, "Save and continue", 400, "Please check your entries");
    refused.says("Date of birth: Please fill this in.").says("E-mail address: Please fill this in.");
    is_accessible(&mut browser);
    browser.fill(&json!({ "birth_date": "1985-12-10", "email_address": "ada@example.com" }));
    send(&mut browser, "Save and continue", 200, "Thank you, that has arrived.");
    is_accessible(&mut browser);

    let code = mailbox.next().code();
    // No guess is looked at before it is known that the code arrived.
    server.wait_for_attempt().await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    browser.fill(&json!({ "email_address_verification": wrong }));
    send(&mut browser, "Confirm", 400, "This code is wrong or too old");
    is_accessible(&mut browser);
    browser.fill(&json!({ "email_address_verification": code }));
    send(&mut browser, "Confirm", 200, "Thank you, that has arrived.");

    browser.fill(&json!({ "photo_id_front": photo() }));
    let end = if has_scripts { browser.press("Upload", "You are verified") } else { browser.click("Upload") };
    end.shows(200, "You are verified");
    is_accessible(&mut browser);
    let customer = server.get_customer(server.dev("token"), "paper");
    assert_eq!(customer["status"], "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn what_changes_is_shown_without_a_reload_unless_something_is_typed(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let mailbox = Mailbox::start();
    let server = start(engine, &mailbox).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "reviewed")).shows(200, "Confirm who you are");

    browser.fill(&json!({ "first_name": "typed" }));
    let id = server.put_customer(server.dev("token"), &json!({ "first_name": "Ada" }));
    browser.wait_for("Something has changed meanwhile.").shows(200, "Confirm who you are");
    browser.is_accessible();
    browser.press("Show it", "We are checking your details");

    let decision = json!({ "type": "reviewed", "status": "ACCEPTED", "reason": "as it should be" });
    server.as_operator(&format!("POST /customers/{id}/decisions"), &decision);
    browser.wait_for("You are verified").shows(200, "You are verified");
}

#[rstest]
#[tokio::test]
async fn an_upload_that_is_refused_is_said_without_losing_the_page(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let mailbox = Mailbox::start();
    let server = start(engine, &mailbox).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "paper")).shows(200, "Confirm who you are");

    browser.press("Upload", "Please choose a file or take a photo first.");
    // Not the input for a camera, which is not seen here.
    assert_eq!(browser.at(), ("photo_id_front".to_owned(), String::new()));

    let no_picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    browser.fill(&json!({ "photo_id_front": no_picture }));
    browser.press("Upload", "Must be jpg, png or pdf.");
    browser.is_accessible();
}

/// What runs in a page that shows it as it is.
pub(crate) const MARKUP: &str = r#""><img src=x onerror=fetch('/canary')>"#;

/// Fields that take any text of one line or several.
pub(crate) const FREE_TEXT: [&str; 17] = [
    "first_name",
    "last_name",
    "additional_name",
    "state_or_province",
    "city",
    "postal_code",
    "address",
    "birth_place",
    "tax_id",
    "tax_id_name",
    "employer_name",
    "employer_address",
    "id_number",
    "referral_id",
    "bank_name",
    "organization.name",
    "organization.director_name",
];

/// WEB-01.
#[rstest]
#[tokio::test]
async fn markup_that_somebody_types_is_text(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(true, false)] is_taken: bool,
) {
    let refused = ["email_address", "mobile_number", "occupation", "ip_address"];
    let fields = if is_taken { FREE_TEXT.to_vec() } else { [&FREE_TEXT[..], &refused].concat() };
    let server = Server::start(engine, &format!("[customer_types.markup]\nfields = {fields:?}\n")).await;
    let mut browser = Browser::open();
    let page = browser.go(&link(&server, "markup")).shows(200, "Confirm who you are");
    assert!(page.canaries().is_empty());

    browser.fill(&fields.iter().map(|name| ((*name).to_owned(), json!(MARKUP))).collect());
    let until = if is_taken { "Thank you, that has arrived." } else { "Please check your entries" };
    let answer = browser.press("Save and continue", until);

    assert_eq!(answer.canaries(), Vec::<String>::new());
    assert!(!answer.text.contains("onerror"), "it stands in inputs, if anywhere: {}", answer.text);
    browser.is_accessible();
    let again: Page = browser.go(&link(&server, "markup"));
    assert_eq!(again.canaries(), Vec::<String>::new());
}
