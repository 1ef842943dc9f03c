//! Operators at the review console: what they see, what they decide by clicks, and markup that stays text; WEB-01.

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::forms::{FREE_TEXT, MARKUP};
use crate::server::Server;

/// Signs in at a page of the console, with the key that dev made.
fn sign_in(browser: &mut Browser, server: &Server, page: &str) -> Page {
    browser.go(&format!("{}{page}", server.dev("operator_url"))).shows(401, "Sign in");
    browser.fill(&json!({ "key": server.dev("operator_key") }));
    browser.click("Sign in")
}

/// Opens what has these words, which shows the button of a form.
fn open(browser: &mut Browser, words: &str, button: &str) {
    browser.press(words, button);
}

fn trail(server: &Server, id: &str) -> Value {
    server.as_operator(&format!("GET /customers/{id}/audit"), &Value::Null)
}

#[rstest]
#[tokio::test]
async fn an_operator_looks_and_decides_by_clicks(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values(true, false)] has_scripts: bool,
) {
    let types = "[customer_types.reviewed]\nfields = [\"first_name\", \"last_name\"]\ndecision = \"review\"\n";
    let server = Server::start(engine, types).await;
    let given = json!({ "type": "reviewed", "first_name": "Ada", "last_name": "Lovelace" });
    let id = server.put_customer(server.dev("token"), &given);
    let status = || server.get_customer(server.dev("token"), "reviewed")["status"].clone();
    let mut browser = Browser::open();
    if !has_scripts {
        browser.hand_to_somebody_without_scripts();
    }
    let is_accessible = |browser: &mut Browser| {
        if has_scripts {
            browser.is_accessible();
        }
    };

    browser.go(&format!("{}/console", server.dev("operator_url"))).shows(401, "Sign in");
    is_accessible(&mut browser);
    browser.fill(&json!({ "key": "kycd_op_nobody" }));
    browser.click("Sign in").shows(401, "Sign in").says("This key does not sign in");
    is_accessible(&mut browser);
    sign_in(&mut browser, &server, "/console").shows(200, "Customers").says("reviewed");
    is_accessible(&mut browser);
    browser.click("Rejected").shows(200, "Customers").says("There is nobody here");
    browser.click("Waiting");
    let customer = browser.click(&id).says("nobody has decided yet").says("L•••");
    assert!(customer.heading.starts_with("Customer G") && !customer.text.contains("Lovelace"), "{}", customer.text);
    is_accessible(&mut browser);

    browser.fill(&json!({ "field": "last_name", "#reveal-reason": "to compare it" }));
    browser.click("Read it").shows(200, "Family name, as on the passport").says("Lovelace");
    is_accessible(&mut browser);
    browser.click("Back to the customer").says("to compare it");

    open(&mut browser, "Ask again", "Ask again for reviewed");
    is_accessible(&mut browser);
    browser.click("Ask again for reviewed").says("Choose what has to be given again");
    is_accessible(&mut browser);
    browser.fill(&json!({ "#reviewed:last_name": "incomplete", "#again-reviewed": "the card has more" }));
    browser.click("Ask again for reviewed").says("Your decision is made.");
    is_accessible(&mut browser);
    assert_eq!(status(), "NEEDS_INFO");

    server.put_customer(server.dev("token"), &json!({ "last_name": "King" }));
    browser.click("Customers").shows(200, "Customers");
    browser.click(&id).says("Given anew since the last decision: Family name, as on the passport.");
    open(&mut browser, "Accept", "Accept for reviewed");
    server.put_customer(server.dev("token"), &json!({ "last_name": "King of Lovelace" }));
    let refused = browser.click("Accept for reviewed").says("The customer has changed since that version");
    assert_eq!((refused.status, status()), (409, json!("PROCESSING")));
    is_accessible(&mut browser);
    browser.click("Accept for reviewed").says("Your decision is made.");
    assert_eq!(status(), "ACCEPTED");

    browser.click("Sign out").shows(401, "Sign in");
    sign_in(&mut browser, &server, &format!("/console/customers/{id}?type=reviewed"))
        .says("Decided reviewed: accepted");
    assert_eq!(trail(&server, &id)["entries"].as_array().map(Vec::len), Some(3));
}

/// A link of another site finds nobody signed in, since the browser keeps the cookie back; and ends no session.
#[rstest]
#[tokio::test]
async fn a_link_from_elsewhere_is_gone_on_with_by_a_click(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start(engine, "").await;
    let mut browser = Browser::open();
    sign_in(&mut browser, &server, "/console").shows(200, "Customers");

    let link = format!("{}/console?status=ACCEPTED", server.dev("operator_url"));
    browser.go(&format!("data:text/html,<a href='{link}'>A link</a>"));
    browser.click("A link").shows(401, "Sign in");

    assert_eq!(browser.click("go on here").shows(200, "Customers").url, link);
}

/// WEB-01.
#[rstest]
#[tokio::test]
async fn markup_of_a_customer_is_text_on_every_page(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let types = format!("[customer_types.markup]\nfields = {FREE_TEXT:?}\ndecision = \"review\"\n");
    let server = Server::start(engine, &types).await;
    let given: Value = FREE_TEXT.iter().map(|name| ((*name).to_owned(), json!(MARKUP))).collect();
    let id = server.put_customer(server.dev("token"), &given);
    let mut browser = Browser::open();
    let is_text = |page: Page| {
        assert_eq!(page.canaries(), Vec::<String>::new(), "{}", page.text);
        page
    };

    // Signing in leads back to where one wanted to go, so what stands there is on that page.
    let place = format!("/console/customers/{id}?type=markup&note=%22%3E%3Cimg%20src=x%3E");
    browser.go(&format!("{}{place}", server.dev("operator_url"))).shows(401, "Sign in");
    browser.fill(&json!({ "key": MARKUP }));
    is_text(browser.click("Sign in").shows(401, "Sign in"));
    is_text(sign_in(&mut browser, &server, &place).says("nobody has decided yet"));
    browser.is_accessible();
    for name in FREE_TEXT {
        browser.fill(&json!({ "field": name, "#reveal-reason": MARKUP }));
        let revealed = is_text(browser.click("Read it"));
        assert_eq!(revealed.status, 200);
        assert!(revealed.text.contains(MARKUP), "{}", revealed.text);
        is_text(browser.click("Back to the customer").says(MARKUP));
    }

    open(&mut browser, "Reject", "Reject for markup");
    browser.fill(&json!({ "#reject-markup": MARKUP }));
    is_text(browser.click("Reject for markup").says("Your decision is made."));
    is_text(browser.go(&format!("{}/console/customers/{id}/audit", server.dev("operator_url"))).says(MARKUP));
    is_text(browser.go(&format!("{}/console?status=REJECTED", server.dev("operator_url"))).says(&id));
    browser.is_accessible();
}
