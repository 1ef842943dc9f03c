//! An operator has the owner of a bank account verified, without any wallet.

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::database::Engine;
use crate::provider::IdentityProvider;
use crate::server::Server;

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_owner_of_a_bank_account_is_accepted_after_login_and_consent(#[case] engine: Engine) {
    let mut provider = IdentityProvider::start();
    let server = Server::start(engine, &provider.configuration()).await;
    provider.register(&server);
    let account = json!({ "payto_uri": "payto://iban/SOGEDEFFXXX/DE75512108001245126199?receiver-name=Alice" });
    let target = server.as_operator("PUT /payment-targets", &account);
    assert_eq!(target["h_payto"], "ABTRKRDW2VMYH0J7H6J1JJEMPWGWRG95DFWHHQPSCZZYTQC7XGN0");
    assert_eq!(target["status"], "NEEDS_INFO");
    let link = target["kyc_url"].as_str().expect("a link");
    assert_eq!(link, format!("{}/kyc-spa/{}", server.public_url(), target["access_token"].as_str().expect("a token")));

    let mut browser = Browser::open();
    browser.go(link).shows(200, "Confirm who you are").says("6199");
    let login = browser.click("Continue to Example eID");
    let back = provider.log_in(&mut browser, &login).shows(200, "You are verified");

    assert_eq!(back.url, link);
    let path = format!("GET /payment-targets/{}", target["h_payto"].as_str().expect("a hash"));
    let mut accepted = target.clone();
    accepted["status"] = json!("ACCEPTED");
    assert_eq!(server.as_operator(&path, &Value::Null), accepted);
    assert_eq!(server.as_operator("PUT /payment-targets", &account), accepted);
    assert_eq!(server.stored_statuses().await, [(String::new(), "ACCEPTED".to_owned())]);
}
