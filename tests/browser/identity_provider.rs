//! A certified provider proves who a customer is, in a real browser.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::provider::{IdentityProvider, Variation};
use crate::server::Server;

const ACCOUNT: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";

/// A server, its provider, and a customer who has a link.
struct Case {
    server: Server,
    provider: IdentityProvider,
    browser: Browser,
    customer_type: &'static str,
    token: String,
    link: String,
}

impl Case {
    /// Registers a customer for a type; the wallet gave this first name.
    async fn start(engine: Engine, customer_type: &'static str, first_name: &str) -> Self {
        Self::at(IdentityProvider::start(), engine, customer_type, first_name).await
    }

    async fn at(mut provider: IdentityProvider, engine: Engine, customer_type: &'static str, first_name: &str) -> Self {
        let server = Server::start(engine, &provider.configuration()).await;
        provider.register(&server);
        let token = server.token(ACCOUNT, None);
        server.put_customer(&token, &json!({ "type": customer_type, "first_name": first_name }));
        let customer = server.get_customer(&token, customer_type);
        assert_eq!(customer["status"], "NEEDS_INFO");
        let link = customer["more_info_url"].as_str().expect("a link").to_owned();
        assert!(customer["message"].as_str().expect("a message").ends_with(&link), "{customer}");
        Self { server, provider, browser: Browser::open(), customer_type, token, link }
    }

    /// Goes from our page to the provider's.
    fn leave(&mut self) -> Page {
        self.browser.go(&self.link).shows(200, "Confirm who you are");
        self.browser.click("Continue to Example eID")
    }

    fn status(&self) -> String {
        self.server.get_customer(&self.token, self.customer_type)["status"].as_str().expect("a text").to_owned()
    }

    async fn stored_status(&self) -> Option<String> {
        let statuses = self.server.stored_statuses().await;
        statuses.into_iter().find(|(customer_type, _)| customer_type == self.customer_type).map(|(_, status)| status)
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_customer_is_accepted_after_login_and_consent(#[case] engine: Engine) {
    let mut case = Case::start(engine, "kyc", "Ada").await;

    let login = case.leave();
    let back = case.provider.log_in(&mut case.browser, &login).shows(200, "You are verified");

    assert_eq!(back.url, case.link);
    assert_eq!(case.status(), "ACCEPTED");
    assert_eq!(case.stored_status().await.as_deref(), Some("ACCEPTED"));
    let provided = &case.server.get_customer(&case.token, "kyc")["provided_fields"];
    for field in ["first_name", "last_name", "email_address"] {
        assert_eq!(provided[field]["status"], "ACCEPTED", "{provided}");
    }
}

#[rstest]
#[tokio::test]
async fn a_customer_is_accepted_however_we_and_the_provider_know_each_other(
    #[values(
        Variation::SecretPost,
        Variation::Public,
        Variation::PrivateKey,
        Variation::Pushed,
        Variation::Everything
    )]
    variation: Variation,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let mut case = Case::at(IdentityProvider::with(variation), engine, "kyc", "Ada").await;
    let login = case.leave();
    let back = case.provider.log_in(&mut case.browser, &login).shows(200, "You are verified");
    assert_eq!(back.url, case.link);
    assert_eq!(case.status(), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_customer_who_cancels_can_start_again(#[case] engine: Engine) {
    let mut case = Case::start(engine, "kyc", "Ada").await;

    case.leave();
    let cancelled = case.browser.click("Cancel").shows(403, "The verification was cancelled");
    assert_eq!(cancelled.says("End-User aborted interaction").buttons, ["Start again with Example eID"]);
    assert_eq!(case.status(), "NEEDS_INFO");

    let login = case.browser.click("Start again with Example eID");
    case.provider.log_in(&mut case.browser, &login).shows(200, "You are verified");
    assert_eq!(case.status(), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn somebody_of_another_name_waits_for_the_operator(#[case] engine: Engine) {
    let mut case = Case::start(engine, "kyc", "Grace").await;

    let login = case.leave();
    let back = case.provider.log_in(&mut case.browser, &login);

    assert!(back.shows(202, "We are checking your details").buttons.is_empty());
    assert_eq!(case.status(), "PROCESSING");
    assert_eq!(case.stored_status().await.as_deref(), Some("PROCESSING"));

    case.server.put_customer(&case.token, &json!({ "type": "kyc", "first_name": "Ada" }));
    assert!(case.browser.go(&case.link).shows(200, "We are checking your details").buttons.is_empty());
    assert_eq!(case.status(), "PROCESSING");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn what_the_provider_does_not_tell_is_asked_of_the_wallet(#[case] engine: Engine) {
    let mut case = Case::start(engine, "kyc-adult", "Ada").await;
    let only_birth_date = "documents.\n\nDate of birth\nSave and continue";
    case.browser.go(&case.link).says(only_birth_date);

    let login = case.leave();
    let back = case.provider.log_in(&mut case.browser, &login);
    assert_eq!(back.shows(200, "Confirm who you are").says(only_birth_date).buttons, ["Save and continue"]);
    assert_eq!(case.status(), "NEEDS_INFO");

    case.server.put_customer(&case.token, &json!({ "type": "kyc-adult", "birth_date": "1990-12-10" }));
    case.browser.reload().shows(200, "You are verified");
    assert_eq!(case.status(), "ACCEPTED");
    assert_eq!(case.stored_status().await.as_deref(), Some("ACCEPTED"));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_ticket_takes_one_browser_to_the_provider_once(#[case] engine: Engine) {
    let mut case = Case::start(engine, "kyc", "Ada").await;
    let page = case.browser.go(&case.link);
    let button = page.forms.iter().find(|form| form.contains("/kyc-start/")).expect("a button");
    let ticket = case.server.issue_ticket(button);

    case.browser.hand_to("the same person at a phone");
    case.browser.go(&ticket).shows(200, "Is this your account?");
    let asked_again = case.browser.reload().shows(200, "Is this your account?");
    assert_eq!(asked_again.buttons, ["Yes, continue to Example eID"]);
    let login = case.browser.click("Yes, continue to Example eID");
    case.provider.log_in(&mut case.browser, &login).shows(200, "You are verified");

    case.browser.go(&ticket).shows(404, "There is nothing here");
    assert_eq!(case.status(), "ACCEPTED");
}
