//! What the provider may answer, through the whole endpoint: OA-07, OA-09, OA-10 and OA-11.

use std::io::Read as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rstest::rstest;
use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::browser::{Browser, Page, with_query};
use crate::database::Engine;
use crate::mailbox::Secrecy;
use crate::provider::{Canary, Document, Endpoint, Mode, Reply, Return, Signature};
use crate::setting::Setting;

/// Comes back from a provider that misbehaves, and shows all that holds of trouble, whatever it is: the page with its
/// button, no second use of the code, nothing stored, and success at the next try in the same process.
async fn trouble(setting: &Setting, modes: Vec<Mode>) -> Page {
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    setting.now_misbehaves(modes);

    let answer = browser.come_back(&returned).await;
    let calls = setting.token_calls();
    check_nothing_came_of_it(setting, &browser, &returned, &answer).await;
    assert_eq!(setting.token_calls(), calls, "a spent code is never sent again");

    setting.now_misbehaves([]);
    let mut left = browser.press(&answer).await;
    if left.status == 503 {
        // It said when to come back, and this server heeds that; another one has not heard it.
        left = browser.at(&setting.second_server().await.public).press(&answer).await;
    }
    let again = setting.eid.authorize(&left.destination());
    assert_ne!(again.state, returned.state);
    assert_eq!(browser.come_back(&returned).await.status, 404, "the old state is over");
    assert_eq!(browser.come_back(&again).await.status, 302);
    assert_eq!(setting.count("processes").await, 1);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    answer
}

async fn check_nothing_came_of_it(setting: &Setting, browser: &Browser, returned: &Return, answer: &Page) {
    assert!(answer.offers_to_start_again(), "{} {}", answer.status, answer.body);
    let reload = browser.come_back(returned).await;
    assert_eq!(reload.status, answer.status, "a reload repeats the page");
    assert_eq!(reload.body, answer.body);
    let customer = setting.get_customer("sep6-high").await;
    assert_eq!(customer["status"], "NEEDS_INFO");
    assert_eq!(customer.get("provided_fields"), None, "nothing is stored: {customer}");
    assert_eq!(setting.count("processes WHERE state = 'started'").await, 1);
}

fn token(reply: Reply) -> Mode {
    Mode::Answers(Endpoint::Token, reply)
}

fn userinfo(reply: Reply) -> Mode {
    Mode::Answers(Endpoint::Userinfo, reply)
}

fn refusal(status: u16, error: &str) -> Mode {
    token(Reply::Json(status, json!({ "error": error, "error_description": "<b>the provider's words</b>" })))
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!("deep"), |inner, _| json!([inner]))
}

#[rstest]
#[case::answers_500(token(Reply::Json(500, json!({ "error": "invalid_grant" }))), 502)]
#[case::answers_html(token(Reply::Typed("text/html", "<script>alert(1)</script>".to_owned())), 502)]
#[case::calls_its_json_html(token(Reply::Typed("text/html", r#"{"access_token":"a","token_type":"Bearer"}"#.to_owned())), 502)]
#[case::answers_broken_json(token(Reply::Typed("application/json", "{".to_owned())), 502)]
#[case::answers_an_array(token(Reply::Json(200, json!([]))), 502)]
#[case::answers_too_deeply(token(Reply::Json(200, json!({ "x": nested(50) }))), 502)]
#[case::answers_100_megabytes(token(Reply::Huge(100 << 20)), 502)]
#[case::hangs_up(token(Reply::HangsUpOnce), 502)]
#[case::has_another_token_type(Mode::Says(Document::Token, "token_type", json!("mac")), 502)]
#[case::has_no_token_type(Mode::Omits(Document::Token, "token_type"), 502)]
#[case::has_no_token(Mode::Omits(Document::Token, "access_token"), 502)]
#[case::breaks_the_header(Mode::Says(Document::Token, "access_token", json!("a\r\nX-Evil: 1")), 502)]
#[case::refuses_the_code(refusal(400, "invalid_grant"), 401)]
#[case::refuses_the_code_with_200(refusal(200, "invalid_grant"), 401)]
#[case::refuses_our_credentials(refusal(401, "invalid_client"), 502)]
#[case::refuses_our_request(refusal(400, "invalid_request"), 502)]
#[case::refuses_in_words_of_its_own(refusal(400, "gone fishing"), 502)]
#[case::is_busy(token(Reply::Later(503, "7")), 503)]
#[case::counts_requests(token(Reply::Later(429, "7")), 503)]
#[case::is_temporarily_unavailable(refusal(400, "temporarily_unavailable"), 503)]
#[tokio::test]
async fn a_token_endpoint_that_misbehaves_makes_trouble_that_can_be_tried_again(
    #[case] mode: Mode,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = trouble(&setting, vec![mode]).await;
    assert_eq!(page.status, status);
    assert!(!page.body.contains("provider's words") && !page.words().contains("alert"), "{}", page.body);
    assert_eq!(page.headers.contains_key("retry-after"), status == 503);
}

#[rstest]
#[tokio::test]
async fn a_busy_provider_says_when_to_come_back(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    assert_eq!(trouble(&setting, vec![token(Reply::Later(503, "7"))]).await.header("retry-after"), "7");
}

#[rstest]
#[case::token(Endpoint::Token)]
#[case::user_information(Endpoint::Userinfo)]
#[tokio::test]
async fn a_redirect_is_not_followed_with_our_secrets(
    #[case] endpoint: Endpoint,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let evil = Canary::start().await;
    let page = trouble(&setting, vec![Mode::Answers(endpoint, Reply::Redirect(evil.url.clone()))]).await;
    assert_eq!(page.status, 502);
    assert_eq!(evil.connections(), 0);
}

#[rstest]
#[case::token(Endpoint::Token)]
#[case::user_information(Endpoint::Userinfo)]
#[tokio::test]
async fn a_provider_that_never_answers_is_given_up_in_time(
    #[case] endpoint: Endpoint,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    assert_eq!(trouble(&setting, vec![Mode::Answers(endpoint, Reply::Never)]).await.status, 504);
}

#[rstest]
#[case::nobody_listens("http://127.0.0.1:1/token")]
#[case::no_tls("https://")]
#[tokio::test]
async fn a_provider_that_cannot_be_reached_makes_a_page_too(
    #[case] token_url: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let plain = Canary::start().await;
    let token_url = if token_url == "https://" { plain.url.replace("http:", "https:") } else { token_url.to_owned() };
    let setting = Setting::with(engine, json!({ "token_url": token_url })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let answer = browser.come_back(&returned).await;
    assert_eq!(answer.status, 504);
    check_nothing_came_of_it(&setting, &browser, &returned, &answer).await;
}

/// Listens as `localhost` with a certificate that signed itself; counts the requests that come all the same.
fn listen_without_anybody_to_vouch() -> (u16, Arc<AtomicUsize>) {
    let pem = include_bytes!("../browser/tls/self-signed.pem");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&heard);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Secrecy::certificate(pem)).unwrap();
            let read = StreamOwned::new(connection, stream).read(&mut [0]);
            count.fetch_add(read.unwrap_or(0), Ordering::SeqCst);
        }
    });
    (port, heard)
}

#[rstest]
#[tokio::test]
async fn a_provider_without_a_good_certificate_is_told_no_secret(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (port, heard) = listen_without_anybody_to_vouch();
    let setting = Setting::with(engine, json!({ "token_url": format!("https://localhost:{port}/token") })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let answer = browser.come_back(&returned).await;
    assert_eq!(answer.status, 504);
    check_nothing_came_of_it(&setting, &browser, &returned, &answer).await;
    assert_eq!(heard.load(Ordering::SeqCst), 0);
}

#[rstest]
#[case::answers_401(userinfo(Reply::Json(401, json!({}))))]
#[case::answers_html(userinfo(Reply::Typed("text/html", "<p>".to_owned())))]
#[case::answers_an_array(userinfo(Reply::Json(200, json!([{ "sub": "user-1" }]))))]
#[case::answers_10_megabytes(userinfo(Reply::Huge(10 << 20)))]
#[case::nests_50_deep(Mode::Says(Document::Claims, "more", nested(50)))]
#[case::names_nobody(Mode::Omits(Document::Claims, "sub"))]
#[case::leaves_a_claim_out(Mode::Omits(Document::Claims, "family_name"))]
#[case::did_not_verify_the_address(Mode::Says(Document::Claims, "email_verified", json!(false)))]
#[case::has_a_nul_in_a_name(Mode::Says(Document::Claims, "given_name", json!("A\u{0}da")))]
#[case::has_a_direction_in_a_name(Mode::Says(Document::Claims, "given_name", json!("A\u{202e}da")))]
#[case::has_a_number_for_a_name(Mode::Says(Document::Claims, "given_name", json!(7)))]
#[case::has_no_address_for_an_address(Mode::Says(Document::Claims, "email", json!("two@at@signs")))]
#[tokio::test]
async fn user_information_that_makes_no_sense_is_not_stored(
    #[case] mode: Mode,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    assert_eq!(trouble(&setting, vec![mode]).await.status, 502);
}

#[rstest]
#[tokio::test]
async fn a_country_that_is_no_code_is_not_stored(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let claims = json!({ "given_name": "first_name", "family_name": "last_name", "email": "email_address", "country": "address_country_code" });
    let setting = Setting::with(engine, json!({ "claims": claims })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    setting.now_misbehaves([Mode::Says(Document::Claims, "country", json!("Germany"))]);
    let answer = browser.come_back(&returned).await;
    assert_eq!(answer.status, 502);
    check_nothing_came_of_it(&setting, &browser, &returned, &answer).await;
}

#[rstest]
#[case::of_nobody(Mode::Signs(Signature::None))]
#[case::by_our_client_id(Mode::Signs(Signature::ClientId))]
#[case::by_the_public_key(Mode::Signs(Signature::PublicKey))]
#[case::by_another_key(Mode::Signs(Signature::AnotherKey))]
#[case::for_another_client(Mode::Says(Document::IdToken, "aud", json!("somebody else")))]
#[case::of_another_issuer(Mode::Says(Document::IdToken, "iss", json!("https://evil.example.com")))]
#[case::expired(Mode::Says(Document::IdToken, "exp", json!(1_000_000_000)))]
#[case::for_another_departure(Mode::Says(Document::IdToken, "nonce", json!("another")))]
#[case::of_another_user(Mode::Says(Document::IdToken, "sub", json!("user-2")))]
#[case::missing(Mode::Omits(Document::Token, "id_token"))]
#[case::encrypted(Mode::Encrypts("RSA-OAEP-256"))]
#[tokio::test]
async fn an_id_token_that_is_wrong_proves_nothing(
    #[case] mode: Mode,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::openid(engine).await;
    assert_eq!(trouble(&setting, vec![mode]).await.status, 502);
}

#[rstest]
#[tokio::test]
async fn a_provider_that_cannot_be_discovered_makes_a_page_and_no_departure(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::openid(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    setting.now_misbehaves([Mode::Answers(Endpoint::Metadata, Reply::Json(500, json!({})))]);
    let shown = browser.get(&page).await;
    assert_eq!(shown.status, 200);
    assert_eq!(browser.press(&shown).await.status, 502);
}

#[rstest]
#[tokio::test]
async fn words_of_the_provider_are_shown_as_text_and_its_link_is_none(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let pairs = [
        ("error", "access_denied"),
        ("error_description", "<script>alert('gone')</script>\u{202e}\r\n\"quoted\""),
        ("error_uri", "javascript:alert(1)"),
        ("state", &returned.state),
    ];
    let answer = browser.get(&with_query("/kyc-proof/eid", &pairs)).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("&lt;script&gt;alert(&#x27;gone&#x27;)&lt;"), "{}", answer.body);
    assert!(!answer.body.contains("javascript") && !answer.body.contains('\u{202e}'), "{}", answer.body);
}
