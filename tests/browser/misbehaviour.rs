//! A provider that misbehaves, walked to its end in Chromium: whoever looks at the page knows what happened and gets on,
//! nothing that was carried on the way stands in it, and the payment target is as it was before.

use std::sync::Arc;

use kycd::domain::clock::SystemClock;
use rstest::rstest;
use serde_json::{Value, json};
use url::Url;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::kyc_provider::{ACCESS_TOKEN, CLIENT_ID, Canary, Document, Endpoint, KycProvider, Mode, Reply, Signature};
use crate::server::Server;

const START: &str = "Continue to Example eID";
const START_AGAIN: &str = "Start again with Example eID";

/// Status, heading and what is said of a page of trouble, and what there is to press.
type Sight = (u16, &'static str, &'static str, &'static [&'static str]);

const CANCELLED: Sight = (403, "The verification was cancelled", "Nothing has been passed on.", &[START_AGAIN]);
/// The provider's words are words.
const SCRIPTED: Sight = (403, "The verification was cancelled", "<script src=http://localhost:", &[START_AGAIN]);
const REFUSED: Sight = (403, "You could not be verified", "ask the provider, or the support of your wallet", &[]);
const USELESS: Sight =
    (502, "The identity provider’s answer was of no use", "not in a way we can rely on", &[START_AGAIN]);
const SILENT: Sight = (504, "The identity provider did not answer", "no answer came in time", &[START_AGAIN]);
const OTHER_BROWSER: Sight = (401, "This is not the browser you started in", "Go back to that browser", &[]);
const NOT_CONFIRMED: Sight = (401, "Not confirmed", "open the verification from your wallet again", &[]);
const NOTHING_HERE: Sight = (404, "There is nothing here", "open the verification from there again", &[]);

/// A server, its provider, and the owner of a bank account who has a link.
struct Case {
    server: Server,
    eid: Arc<KycProvider>,
    browser: Browser,
    link: String,
    /// How the target stood at first.
    statuses: Vec<(String, String)>,
}

impl Case {
    async fn start(engine: Engine, binding: &str) -> Self {
        let eid = KycProvider::start(Arc::new(SystemClock)).await;
        let other = KycProvider::start(Arc::new(SystemClock)).await;
        let provider = |name, provider: &KycProvider| {
            format!(
                r#"
                [providers.{name}]
                kind = "oauth2"
                display_name = "Example eID"
                issuer = "{origin}"
                client_id = "{CLIENT_ID}"
                client_secret = "a secret of the operator"
                scopes = ["openid", "profile", "email"]
                browser_binding = "{binding}"
                success = {{ claim = "email_verified", equals = "true" }}
                [providers.{name}.claims]
                given_name = "first_name"
                family_name = "last_name"
                "#,
                origin = provider.origin
            )
        };
        let targets = "[payment_targets]\nprovider = \"eid\"\n";
        let configuration = [targets, &provider("eid", &eid), &provider("other", &other)].concat();
        let server = Server::start(engine, &configuration).await;
        let account = json!({ "payto_uri": "payto://iban/DE75512108001245126199" });
        let link = server.as_operator("PUT /payment-targets", &account)["kyc_url"].as_str().expect("a link").to_owned();
        let statuses = server.stored_statuses().await;
        Self { server, eid, browser: Browser::open(), link, statuses }
    }

    /// Goes from our page to the provider's.
    fn leave(&mut self) -> Page {
        self.browser.go(&self.link).shows(200, "Confirm who you are");
        self.browser.click(START).shows(200, "Log in")
    }

    async fn is_as_before(&self) {
        assert_eq!(self.server.stored_statuses().await, self.statuses);
    }

    /// Comes to the end, with a provider that behaves.
    async fn is_verified_by_agreeing(&mut self) {
        self.eid.behave();
        let back = self.browser.click("Agree").shows(200, "You are verified");
        assert_eq!(back.url, self.link);
        assert_eq!(self.server.stored_statuses().await, [(String::new(), "ACCEPTED".to_owned())]);
    }

    fn token_calls(&self) -> usize {
        self.eid.received("/token").len()
    }
}

/// Checks what a page says, what there is to press, and that nothing of somebody else is loaded or shown.
#[track_caller]
fn sees(page: Page, (status, heading, words, buttons): Sight) -> Page {
    let page = page.shows(status, heading).says(words);
    assert_eq!(page.buttons, buttons);
    page.hides(ACCESS_TOKEN);
    page
}

/// Checks that nothing that the browser brought back stands in the page (OA-19).
#[track_caller]
fn hides_what_it_was_brought(page: &Page) {
    let (callback, _) = page.hop_to("/kyc-proof/eid");
    for (name, value) in Url::parse(&callback).expect("a URL").query_pairs() {
        match &*name {
            "code" => page.hides(&value),
            "state" => value.split('.').for_each(|part| page.hides(part)),
            _ => {}
        }
    }
}

fn token(reply: Reply) -> Vec<Mode> {
    vec![Mode::Answers(Endpoint::Token, reply)]
}

fn says(document: Document, member: &'static str, value: Value) -> Vec<Mode> {
    vec![Mode::Says(document, member, value)]
}

/// The provider's page sends the browser back with an error.
fn denies(members: &[(&'static str, String)]) -> Vec<Mode> {
    let error = ("error", "access_denied".to_owned());
    let said = [error].into_iter().chain(members.iter().cloned());
    let said = said.map(|(member, value)| Mode::Says(Document::Return, member, value.into()));
    said.chain([Mode::Omits(Document::Return, "code")]).collect()
}

/// OA-07: markup in words of the provider, and a link of its own.
fn scripts(evil: &Canary) -> Vec<Mode> {
    let canary = format!("{}canary", evil.url);
    let description = format!("<script src={canary}></script><img src={canary} onerror=fetch('{canary}')>");
    denies(&[("error_description", description), ("error_uri", canary)])
}

#[rstest]
#[case::a_denial_by_the_user(|_: &Canary| denies(&[]), CANCELLED)]
#[case::a_denial_with_a_script_in_its_words(scripts, SCRIPTED)]
#[case::a_final_refusal(|_: &Canary| says(Document::Claims, "email_verified", json!(false)), REFUSED)]
#[case::a_page_for_a_token(|_: &Canary| token(Reply::Typed("text/html", "<script>alert(1)</script>".to_owned())), USELESS)]
#[case::a_token_endpoint_out_of_order(|_: &Canary| token(Reply::Json(500, json!({}))), USELESS)]
#[case::a_token_endpoint_that_leads_elsewhere(|evil: &Canary| token(Reply::Redirect(evil.url.clone())), USELESS)]
#[case::a_token_endpoint_that_never_answers(|_: &Canary| token(Reply::Never), SILENT)]
#[case::a_token_of_another_type(|_: &Canary| says(Document::Token, "token_type", json!("mac")), USELESS)]
#[case::user_information_of_somebody_else(|_: &Canary| says(Document::Claims, "sub", json!("user-2")), USELESS)]
#[case::a_forged_id_token(|_: &Canary| vec![Mode::Signs(Signature::AnotherKey)], USELESS)]
#[case::an_encrypted_id_token(|_: &Canary| vec![Mode::Encrypts("RSA-OAEP-256")], USELESS)]
#[case::a_return_from_another_issuer(|_: &Canary| says(Document::Return, "iss", json!("https://evil.example.com")), USELESS)]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_from_trouble_knows_what_happened_and_starts_again(
    #[case] modes: fn(&Canary) -> Vec<Mode>,
    #[case] sight: Sight,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let evil = Canary::start().await;
    let mut case = Case::start(engine, "strict").await;
    for mode in modes(&evil) {
        case.eid.misbehave(mode);
    }

    case.leave();
    for turn in 0..2 {
        let page = if turn == 0 { case.browser.click("Agree") } else { case.browser.reload() };
        hides_what_it_was_brought(&sees(page, sight));
        case.is_as_before().await;
    }
    assert!(case.token_calls() <= 1, "a reload sends no code again");

    case.eid.behave();
    if sight.3.is_empty() {
        case.leave();
    } else {
        case.browser.click(START_AGAIN).shows(200, "Log in");
    }
    case.is_verified_by_agreeing().await;
    assert_eq!(evil.connections(), 0);
}

/// OA-03.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_replayed_leads_where_it_led_and_nobody_else(#[case] engine: Engine) {
    let mut case = Case::start(engine, "strict").await;
    case.leave();
    let (callback, _) = case.browser.click("Agree").shows(200, "You are verified").hop_to("/kyc-proof/eid");

    let again = case.browser.go(&callback).shows(200, "You are verified");
    assert_eq!((again.hop_to("/kyc-proof/eid").1, &again.url), (302, &case.link));
    case.browser.hand_to("a stranger");
    let page = case.browser.go(&callback);
    hides_what_it_was_brought(&sees(page, OTHER_BROWSER));

    assert_eq!(case.token_calls(), 1);
    assert_eq!(case.server.stored_statuses().await, [(String::new(), "ACCEPTED".to_owned())]);
}

/// OA-02.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn another_browser_is_turned_away_by_a_strict_provider(#[case] engine: Engine) {
    let mut case = Case::start(engine, "strict").await;
    let login = case.leave();

    case.browser.hand_to("a stranger");
    case.browser.go(&login.url).shows(200, "Log in");
    let page = case.browser.click("Agree");
    hides_what_it_was_brought(&sees(page, OTHER_BROWSER));
    case.is_as_before().await;
    assert_eq!(case.token_calls(), 0);

    case.browser.hand_to("the customer");
    case.is_verified_by_agreeing().await;
}

/// OA-02.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn another_browser_is_asked_whom_it_verifies_by_a_provider_that_lets_it_confirm(#[case] engine: Engine) {
    let mut case = Case::start(engine, "confirm").await;
    let login = case.leave();

    case.browser.hand_to("a victim");
    case.browser.go(&login.url).shows(200, "Log in");
    let asked = case.browser.click("Agree").shows(200, "Is this your account?").says("6199");
    hides_what_it_was_brought(&asked);
    let [yes, no] = &asked.buttons[..] else { panic!("{:?}", asked.buttons) };
    let page = case.browser.click(no);
    sees(page, NOT_CONFIRMED);
    case.is_as_before().await;
    assert_eq!(case.token_calls(), 0, "nothing before the click");

    case.browser.hand_to("the same person at a phone");
    case.browser.go(&login.url).shows(200, "Log in");
    case.browser.click("Agree").shows(200, "Is this your account?");
    case.browser.click(yes).shows(200, "Done").hides(&case.link);
    assert_eq!(case.server.stored_statuses().await, [(String::new(), "ACCEPTED".to_owned())]);
}

/// OA-06.
#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn what_one_provider_was_asked_is_nothing_at_another(#[case] engine: Engine) {
    let mut case = Case::start(engine, "strict").await;
    let login = case.leave();

    let returned = case.eid.authorize(&Url::parse(&login.url).expect("a URL"));
    let pairs = [("code", &returned.code), ("state", &returned.state)];
    let place = format!("{}/kyc-proof/other", case.server.public_url());
    let page = case.browser.go(Url::parse_with_params(&place, pairs).expect("a URL").as_str());
    let page = sees(page, NOTHING_HERE);
    page.hides(&returned.code);
    page.hides(&returned.state);
    case.is_as_before().await;
    assert_eq!(case.token_calls(), 0);

    case.leave();
    case.is_verified_by_agreeing().await;
}
