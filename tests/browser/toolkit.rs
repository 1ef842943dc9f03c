//! A provider of another make, Django OAuth Toolkit, proves who a customer is, in a real browser.

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::provider::{CLIENT_SECRET, configuration};
use crate::script::Script;
use crate::server::Server;

const ACCOUNT: &str = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
const PASSWORD: &str = "correct horse battery staple";

/// A server, the provider, and a customer who has a link.
struct Case {
    server: Server,
    browser: Browser,
    token: String,
    link: String,
    _provider: Script,
}

impl Case {
    async fn start(engine: Engine, client_auth: &str) -> Self {
        let mut provider = Script::start_python("toolkit");
        let issuer = provider.ask("listen", &Value::Null).as_str().expect("a URL").to_owned();
        let client = format!("client_secret = \"{CLIENT_SECRET}\"\nclient_auth = \"{client_auth}\"");
        let server = Server::start(engine, &configuration(&issuer, &client)).await;
        let registration = json!({
            "redirect_uri": format!("{}/kyc-proof/eid", server.public_url()),
            "client_id": "kycd",
            "client_secret": CLIENT_SECRET,
            "password": PASSWORD,
            "person": {
                "username": "ada",
                "first_name": "Ada",
                "last_name": "Lovelace",
                "email": "ada@example.com",
            },
        });
        provider.ask("register", &registration);
        let token = server.token(ACCOUNT, None);
        server.put_customer(&token, &json!({ "type": "kyc", "first_name": "Ada" }));
        let link = server.get_customer(&token, "kyc")["more_info_url"].as_str().expect("a link").to_owned();
        Self { server, browser: Browser::open(), token, link, _provider: provider }
    }

    /// Goes from our page through the provider's login to its question whether to share.
    fn log_in(&mut self) -> Page {
        self.browser.go(&self.link).shows(200, "Confirm who you are");
        self.browser.click("Continue to Example eID");
        self.browser.fill(&json!({ "username": "ada", "password": PASSWORD }));
        self.browser.click("Log in").says("Your name")
    }

    fn status(&self) -> Value {
        self.server.get_customer(&self.token, "kyc")["status"].take()
    }
}

#[rstest]
#[tokio::test]
async fn a_customer_is_accepted_by_a_provider_of_another_make(
    #[values("client_secret_basic", "client_secret_post")] client_auth: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let mut case = Case::start(engine, client_auth).await;

    case.log_in();
    let back = case.browser.click("Authorize").shows(200, "You are verified");

    assert_eq!(back.url, case.link);
    assert_eq!(case.status(), "ACCEPTED");
    let provided = &case.server.get_customer(&case.token, "kyc")["provided_fields"];
    for field in ["first_name", "last_name", "email_address"] {
        assert_eq!(provided[field]["status"], "ACCEPTED", "{provided}");
    }
}

#[rstest]
#[tokio::test]
async fn a_customer_who_shares_nothing_can_start_again(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let mut case = Case::start(engine, "client_secret_basic").await;

    case.log_in();
    case.browser.click("Cancel").shows(403, "The verification was cancelled");
    assert_eq!(case.status(), "NEEDS_INFO");

    case.browser.click("Start again with Example eID").says("Your name");
    case.browser.click("Authorize").shows(200, "You are verified");
    assert_eq!(case.status(), "ACCEPTED");
}
