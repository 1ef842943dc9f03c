//! `kycd dev`, as somebody tries it out: what it prints is pasted, what it links to is clicked.

use std::process::Command;

use rstest::rstest;
use serde_json::Value;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::server::Server;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_printed_commands_and_a_few_clicks_end_in_accepted(#[case] engine: Engine) {
    let server = Server::start(engine, "").await;
    let curls: Vec<_> = server.banner.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(curls.len(), 3, "{}", server.banner);

    let answers: Vec<_> = curls.into_iter().map(paste).collect();
    let statuses: Vec<_> = answers.iter().filter_map(|answer| answer["status"].as_str()).collect();
    assert_eq!(statuses.last(), Some(&"ACCEPTED"), "{answers:?}");
    assert_eq!(status(&server), "NEEDS_INFO");

    let mut browser = Browser::open();
    leave(&mut browser, &server);
    let back = browser.click("Verify me").shows(200, "You are verified");

    assert_eq!(back.url, server.dev("kyc_url"));
    assert_eq!(status(&server), "ACCEPTED");
    assert!(server.stored_statuses().await.contains(&("sep6-high".to_owned(), "ACCEPTED".to_owned())));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_link_works_before_anything_is_known_of_the_customer(#[case] engine: Engine) {
    let server = Server::start(engine, "").await;
    let mut browser = Browser::open();

    leave(&mut browser, &server);
    let back = browser.click("Verify me").shows(200, "You are verified");

    assert_eq!(status(&server), "ACCEPTED");
    let (callback, answer) = back.hop_to("/kyc-proof/sandbox");
    assert_eq!(answer, 302);
    let again = browser.go(&callback).shows(200, "You are verified");
    assert_eq!(again.hop_to("/kyc-proof/sandbox"), (callback, 302));
    browser.reload().shows(200, "You are verified");
    assert_eq!(status(&server), "ACCEPTED");
}

#[rstest]
#[case::cancel("Cancel", 403, "The verification was cancelled")]
#[case::busy("Provider is busy", 503, "The identity provider is busy")]
#[case::nonsense("Answer nonsense", 502, "The identity provider’s answer was of no use")]
#[tokio::test]
async fn after_trouble_at_the_provider_one_can_start_again(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] button: &str,
    #[case] expected: u16,
    #[case] heading: &str,
) {
    let server = Server::start(engine, "").await;
    let mut browser = Browser::open();

    leave(&mut browser, &server);
    browser.click(button).shows(expected, heading);
    assert_eq!(status(&server), "NEEDS_INFO");
    let repeated = browser.reload().shows(expected, heading);
    assert_eq!(repeated.buttons, ["Start again with Sandbox"]);

    browser.click("Start again with Sandbox").shows(200, "Sandbox identity provider");
    browser.click("Verify me").shows(200, "You are verified");
    assert_eq!(status(&server), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn another_browser_cannot_end_what_one_began_nor_spoil_it(#[case] engine: Engine) {
    let server = Server::start(engine, "").await;
    let mut browser = Browser::open();

    let at_provider = leave(&mut browser, &server);
    browser.hand_to("a stranger");
    browser.go(&at_provider.url).shows(200, "Sandbox identity provider");
    let stranger = browser.click("Verify me").shows(401, "This is not the browser you started in");
    assert_eq!(stranger.buttons, Vec::<String>::new());
    assert_eq!(status(&server), "NEEDS_INFO");

    browser.hand_to("the customer");
    browser.click("Verify me").shows(200, "You are verified");
    assert_eq!(status(&server), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_link_that_leads_nowhere_says_so(#[case] engine: Engine) {
    let server = Server::start(engine, "").await;
    let mut browser = Browser::open();
    let unknown = "0".repeat(52);

    for (path, status, heading) in [
        (format!("/kyc-spa/{unknown}"), 404, "There is nothing here"),
        ("/kyc-go/x".to_owned(), 404, "There is nothing here"),
        ("/kyc-proof/nobody?code=x&state=x".to_owned(), 400, "This link is not complete"),
        ("/kyc-proof/sandbox?code=x".to_owned(), 400, "This link is not complete"),
        ("/kyc-done".to_owned(), 200, "Done"),
    ] {
        browser.go(&format!("{}{path}", server.public_url())).shows(status, heading);
    }
    browser.go(server.public_url()).shows(200, "localhost");
}

/// Opens the printed link and goes to the sandbox.
fn leave(browser: &mut Browser, server: &Server) -> Page {
    browser.go(server.dev("kyc_url")).shows(200, "Confirm who you are");
    browser.click("Continue to Sandbox").shows(200, "Sandbox identity provider")
}

/// How the account that dev printed stands for `sep6-high`.
fn status(server: &Server) -> String {
    let customer = server.get_customer(server.dev("token"), "sep6-high");
    customer["status"].as_str().expect("a text").to_owned()
}

/// Runs a line as it was printed and gives its answer, null if it is empty.
fn paste(line: &str) -> Value {
    let output = Command::new("sh").args(["-c", line]).output().expect("a shell");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{line}: {error}"))
}
