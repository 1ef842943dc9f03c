//! What goes wrong while somebody is at the customer's page: nothing that was typed is lost, and the page goes on.

use std::fs;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::database::Engine;
use crate::samples;
use crate::server::Server;

/// Larger than two sockets buffer.
const LARGE: usize = 8 << 20;

/// Types that ask for two names, for a name and a paper, and for a name that somebody looks at.
async fn start(engine: Engine) -> Server {
    let configuration = r#"
        [customer_types.named]
        fields = ["first_name", "last_name"]
        [customer_types.paper]
        fields = ["first_name", "photo_id_front"]
        [customer_types.reviewed]
        fields = ["first_name"]
        decision = "review"
    "#;
    Server::start(engine, configuration).await
}

/// The link of the page of a type.
fn link(server: &Server, customer_type: &str) -> String {
    server.dev("kyc_url").replace("sep6-high", customer_type)
}

/// The wallet gives something meanwhile.
fn give(server: &Server, fields: &Value) -> String {
    server.put_customer(server.dev("token"), fields)
}

fn status(server: &Server, customer_type: &str) -> String {
    let customer = server.get_customer(server.dev("token"), customer_type);
    customer["status"].as_str().expect("a text").to_owned()
}

#[track_caller]
fn is_typed(browser: &mut Browser, field: &str, text: &str) {
    assert_eq!(browser.at(), (field.to_owned(), text.to_owned()));
}

#[rstest]
#[tokio::test]
async fn a_server_that_dies_and_comes_back_is_followed_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let mut server = start(engine).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "Ad");

    server.kill();
    browser.type_on("a");
    browser.press("Save and continue", "This could not be sent.");
    browser.type_into("first_name", " L.");
    server.start_again();

    give(&server, &json!({ "last_name": "Lovelace" }));
    browser.wait_for("Something has changed meanwhile.");
    is_typed(&mut browser, "first_name", "Ada L.");
    browser.press("Save and continue", "You are verified");
    assert_eq!(status(&server, "named"), "ACCEPTED");
}

#[rstest]
#[case::without_an_answer(None)]
#[case::with_a_fault(Some(500))]
#[case::with_a_pause(Some(503))]
#[case::with_what_is_not_ours(Some(200))]
#[tokio::test]
async fn a_page_that_cannot_ask_asks_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] failure: Option<u16>,
) {
    let server = start(engine).await;
    let mut browser = Browser::open();
    browser.fail("/kyc-info/", failure);
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "Ada");
    give(&server, &json!({ "last_name": "Lovelace" }));

    browser.mend();

    browser.wait_for("Something has changed meanwhile.");
    is_typed(&mut browser, "first_name", "Ada");
}

#[rstest]
#[tokio::test]
async fn whoever_types_while_something_changes_loses_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let server = start(engine).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "Ad");

    give(&server, &json!({ "last_name": "Lovelace" }));
    browser.wait_for("Something has changed meanwhile.");
    browser.type_on("a");
    is_typed(&mut browser, "first_name", "Ada");

    browser.press("Show it", "Already there");
    browser.type_into("first_name", "");
    is_typed(&mut browser, "first_name", "Ada");
    browser.press("Save and continue", "You are verified");
}

#[rstest]
#[tokio::test]
async fn whoever_is_about_to_type_stays_where_they_are(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "");

    give(&server, &json!({ "last_name": "Lovelace" }));
    browser.wait_for("Already there");

    browser.type_on("Ada");
    is_typed(&mut browser, "first_name", "Ada");
}

#[rstest]
#[tokio::test]
async fn a_page_whose_customer_is_erased_says_so(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[values("", "Ada")] typed: &str,
) {
    let server = start(engine).await;
    give(&server, &json!({ "last_name": "Lovelace" }));
    let mut browser = Browser::open();
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.type_into("first_name", typed);

    server.delete_customer();

    browser.wait_for("There is nothing here").shows(404, "There is nothing here");
}

#[rstest]
#[tokio::test]
async fn a_form_of_an_erased_customer_says_so(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine).await;
    give(&server, &json!({ "last_name": "Lovelace" }));
    let mut browser = Browser::open();
    // It does not hear of it by itself.
    browser.fail("/kyc-info/", None);
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "Ada");

    server.delete_customer();

    browser.press("Save and continue", "There is nothing here").shows(404, "There is nothing here");
}

#[rstest]
#[tokio::test]
async fn an_upload_that_breaks_off_is_said_beside_it_and_can_be_done_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let mut server = start(engine).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut browser = Browser::open();
    browser.go(&link(&server, "paper")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "Ada");
    browser.fill(&json!({ "photo_id_front": photo(&folder) }));

    server.freeze();
    browser.press("Upload", "Uploading…");
    server.kill();
    let broken = browser.wait_for("This could not be sent. Check your connection and try again.");
    let before_button = "This could not be sent. Check your connection and try again.\n\nUpload";
    broken.says(before_button);
    browser.is_accessible();

    server.start_again();
    browser.press("Upload", "Thank you, that has arrived.");
    browser.type_into("first_name", "");
    is_typed(&mut browser, "first_name", "Ada");
    browser.press("Save and continue", "You are verified");
    assert_eq!(status(&server, "paper"), "ACCEPTED");
}

fn photo(folder: &TempDir) -> String {
    let path = folder.path().join("photo.jpg");
    fs::write(&path, samples::jpeg(LARGE)).expect("a file");
    path.display().to_string()
}

/// A refusal from deeper inside, too, is said beside the form.
#[rstest]
#[tokio::test]
async fn a_form_that_is_refused_altogether_stays(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "named")).shows(200, "Confirm who you are");
    browser.fill(&json!({ "first_name": "Ada", "last_name": "Lovelace" }));
    browser.forget();

    let refused = browser.press("Save and continue", "This button no longer works");

    refused.says("Nothing has been sent.");
    browser.type_into("last_name", "");
    is_typed(&mut browser, "last_name", "Lovelace");
}

#[rstest]
#[tokio::test]
async fn what_is_given_in_one_tab_is_seen_in_the_other(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = start(engine).await;
    let mut browser = Browser::open();
    browser.go(&link(&server, "reviewed")).shows(200, "Confirm who you are");
    browser.open_tab("another tab");
    browser.go(&link(&server, "reviewed")).shows(200, "Confirm who you are");
    browser.open_tab("a tab with something typed");
    browser.go(&link(&server, "reviewed")).shows(200, "Confirm who you are");
    browser.type_into("first_name", "Eve");

    browser.hand_to("the customer");
    browser.fill(&json!({ "first_name": "Ada" }));
    browser.press("Save and continue", "We are checking your details");

    browser.hand_to("another tab");
    browser.wait_for("We are checking your details");
    browser.hand_to("a tab with something typed");
    browser.wait_for("Something has changed meanwhile.");
    // What is not asked for any more is not taken, and that is shown.
    browser.press("Save and continue", "We are checking your details");
    assert_eq!(status(&server, "reviewed"), "PROCESSING");
}
