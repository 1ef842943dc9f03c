//! What the token endpoint may answer, and what comes of it: OA-09.

use std::time::Duration;

use data_encoding::BASE64;
use futures_util::FutureExt as _;
use kycd::domain::pii::Secret;
use kycd::domain::process;
use kycd::egress::Limits;
use kycd::proof::Trouble;
use kycd::proof::oauth2::{ClientAuth, Endpoints};
use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{CLIENT_ID, Canary, Document, Endpoint, Mode, Reply};
use crate::{Setting, Told, broken, nonsense, prove, verified};

fn token(reply: Reply) -> Mode {
    Mode::Answers(Endpoint::Token, reply)
}

fn refusal(status: u16, code: &str) -> Mode {
    token(Reply::Json(status, json!({ "error": code, "error_description": "<script>", "error_uri": 7 })))
}

fn later(seconds: Option<u64>) -> Told {
    Told::Retry(Trouble::Busy { retry_after: seconds.map(Duration::from_secs) })
}

#[tokio::test]
async fn an_honest_answer_verifies() {
    assert_eq!(Setting::plain().await.prove().await, verified());
    assert_eq!(Setting::openid().await.prove().await, verified());
}

#[rstest]
#[case::failure(token(Reply::Json(500, json!({}))))]
#[case::invalid_grant_as_failure(refusal(500, "invalid_grant"))]
#[tokio::test]
async fn a_provider_that_is_out_of_order_verifies_nobody(#[case] mode: Mode) {
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, broken("the token endpoint answered 500"));
}

#[rstest]
#[case::another_success(token(Reply::Json(201, json!({}))), "the token endpoint answered 201")]
#[case::html(
    token(Reply::Typed("text/html", "<p>hello".to_owned())),
    "the token endpoint answered 200 with something that is not called JSON"
)]
#[case::json_called_html(
    token(Reply::Typed("text/html", r#"{"access_token":"a","token_type":"bearer"}"#.to_owned())),
    "the token endpoint answered 200 with something that is not called JSON"
)]
#[case::form_encoded(
    token(Reply::Typed("application/x-www-form-urlencoded", "access_token=a&token_type=bearer".to_owned())),
    "the token endpoint answered 200 with something that is not called JSON"
)]
#[case::broken(
    token(Reply::Typed("application/json", r#"{"access_token":"#.to_owned())),
    "the token endpoint answered 200 with broken JSON"
)]
#[case::array(token(Reply::Json(200, json!([]))), "the token endpoint answered 200 with JSON that is no object")]
#[case::huge(
    token(Reply::Huge(100 * 1024 * 1024)),
    "the token endpoint cannot be asked: the peer's answer is too large"
)]
#[case::mac_token(Mode::Says(Document::Token, "token_type", json!("mac")), "the token answer is not usable at token_type")]
#[case::no_token_type(Mode::Omits(Document::Token, "token_type"), "the token answer is not usable at token_type")]
#[case::line_break(
    Mode::Says(Document::Token, "access_token", json!("a\r\nX-Injected: 1")),
    "the token answer is not usable at access_token"
)]
#[case::empty_token(
    Mode::Says(Document::Token, "access_token", json!("")),
    "the token answer is not usable at access_token"
)]
#[case::no_token(Mode::Omits(Document::Token, "access_token"), "the token answer is not usable at access_token")]
#[case::no_client(refusal(401, "invalid_client"), "the token endpoint does not take our credentials: invalid_client")]
#[case::no_authorization(
    refusal(400, "unauthorized_client"),
    "the token endpoint does not take our credentials: unauthorized_client"
)]
#[case::bad_request(refusal(400, "invalid_request"), "the token endpoint does not take our request: invalid_request")]
#[case::an_unknown_code(refusal(400, "cat_on_keyboard"), "the token endpoint refused with an error code of its own")]
#[case::an_error_called_success(
    refusal(200, "cat_on_keyboard"),
    "the token endpoint refused with an error code of its own"
)]
#[case::no_reason(token(Reply::Json(400, json!({}))), "the token endpoint refused without saying why")]
#[tokio::test]
async fn nonsense_of_the_token_endpoint_verifies_nobody(#[case] mode: Mode, #[case] reason: &'static str) {
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, nonsense(reason));
}

#[tokio::test]
async fn the_client_secret_does_not_follow_a_redirect() {
    let canary = Canary::start().await;
    let (server, provider) = Setting::plain().await.misbehaving(token(Reply::Redirect(canary.url.clone()))).provider();
    assert_eq!(prove(&server, &provider).await, nonsense("the token endpoint answered 302"));
    assert_eq!(server.received("/token").len(), 1);
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_peer_that_never_answers_is_given_up() {
    let mut setting = Setting::plain().await.misbehaving(token(Reply::Never));
    setting.limits.total = Duration::from_millis(200);
    assert_eq!(setting.prove().await, Told::Retry(Trouble::TimedOut));
}

#[tokio::test]
async fn the_limit_counts_for_all_calls_together() {
    let wait = || async { tokio::time::sleep(Duration::from_millis(300)).await };
    let slowly = |endpoint| Mode::Answers(endpoint, Reply::After(wait().boxed().shared()));
    let setting = Setting::plain().await.misbehaving(slowly(Endpoint::Token)).misbehaving(slowly(Endpoint::Userinfo));
    let setting = Setting { limits: Limits { total: Duration::from_millis(500), ..setting.limits }, ..setting };
    assert_eq!(setting.prove().await, Told::Retry(Trouble::TimedOut));
}

#[rstest]
#[case::nobody_listens("http", Some(1))]
#[case::no_tls("https", None)]
#[tokio::test]
async fn a_peer_that_cannot_be_reached_is_given_up(#[case] scheme: &str, #[case] port: Option<u16>) {
    let mut setting = Setting::plain().await;
    let Endpoints::Given { urls, .. } = &mut setting.settings.endpoints else { unreachable!("plain gives its URLs") };
    urls.token = urls.token.as_str().replacen("http", scheme, 1).parse().unwrap();
    urls.token.set_port(port.or(urls.token.port())).unwrap();
    assert_eq!(setting.prove().await, Told::Retry(Trouble::TimedOut));
}

#[tokio::test]
async fn a_token_request_is_never_repeated() {
    let (server, provider) = Setting::plain().await.misbehaving(token(Reply::HangsUpOnce)).provider();
    let reason = "the token endpoint cannot be asked: the peer broke the connection";
    assert_eq!(prove(&server, &provider).await, broken(reason));
    assert_eq!(server.received("/token").len(), 1);
}

#[tokio::test]
async fn a_code_that_the_provider_refuses_is_told_apart() {
    let told = Setting::plain().await.misbehaving(refusal(400, "invalid_grant")).prove().await;
    assert_eq!(told, Told::Retry(Trouble::CodeRefused));
}

#[rstest]
#[case::in_seconds(token(Reply::Later(503, "120")), Some(120))]
#[case::until_a_date(token(Reply::Later(429, "Thu, 28 May 2026 20:27:50 GMT")), Some(70))]
#[case::until_a_date_that_passed(token(Reply::Later(503, "Sun, 06 Nov 1994 08:49:37 GMT")), Some(0))]
#[case::unreadable(token(Reply::Later(503, "soon")), None)]
#[case::by_its_error_code(refusal(400, "temporarily_unavailable"), None)]
#[tokio::test]
async fn a_busy_provider_says_when_to_come_back(#[case] mode: Mode, #[case] seconds: Option<u64>) {
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, later(seconds));
}

#[rstest]
#[case::bearer_in_capitals("token_type", json!("BEARER"))]
#[case::bearer_in_small_letters("token_type", json!("bearer"))]
#[case::expiry_as_text("expires_in", json!("3600"))]
#[case::expiry_as_fraction("expires_in", json!(3.5))]
#[case::expiry_null("expires_in", json!(null))]
#[case::more_members("scope", json!({ "a": [1, 2] }))]
#[tokio::test]
async fn unusual_token_answers_are_taken(#[case] member: &'static str, #[case] value: Value) {
    let mode = Mode::Says(Document::Token, member, value);
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, verified());
}

#[tokio::test]
async fn a_token_answer_without_expiry_is_taken() {
    let mode = Mode::Omits(Document::Token, "expires_in");
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, verified());
}

/// [RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1): encoded before they are joined.
#[tokio::test]
async fn basic_authentication_encodes_id_and_secret() {
    let mut setting = Setting::plain().await;
    setting.settings.client_auth = ClientAuth::SecretBasic(Secret::new("pass: wörd/+%&".to_owned()));
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    let [request] = server.received("/token").try_into().unwrap();
    let joined = "kycd+at+example:pass%3A+w%C3%B6rd%2F%2B%25%26";
    assert_eq!(request.authorization, Some(format!("Basic {}", BASE64.encode(joined.as_bytes()))));
    assert!(!request.form.contains_key("client_secret") && !request.form.contains_key("client_id"));
}

#[rstest]
#[case::with_a_secret(ClientAuth::SecretPost(Secret::new("pass: wörd/+%&".to_owned())), Some("pass: wörd/+%&"))]
#[case::without(ClientAuth::None, None)]
#[tokio::test]
async fn the_body_can_name_the_client(#[case] auth: ClientAuth, #[case] secret: Option<&str>) {
    let mut setting = Setting::plain().await;
    setting.settings.client_auth = auth;
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    let [request] = server.received("/token").try_into().unwrap();
    assert_eq!(request.authorization, None);
    assert_eq!(request.form["client_id"], CLIENT_ID);
    assert_eq!(request.form.get("client_secret").map(String::as_str), secret);
}

#[rstest]
#[case::code_refused(Trouble::CodeRefused, process::Trouble::CodeRefused, None)]
#[case::nonsense(Trouble::Nonsense("why".into()), process::Trouble::Nonsense, None)]
#[case::out_of_order(Trouble::Broken("why".into()), process::Trouble::Nonsense, None)]
#[case::timed_out(Trouble::TimedOut, process::Trouble::TimedOut, None)]
#[case::busy(Trouble::Busy { retry_after: Some(Duration::from_secs(9)) }, process::Trouble::Busy, Some(9))]
fn a_process_remembers_the_kind_of_trouble(
    #[case] trouble: Trouble,
    #[case] kind: process::Trouble,
    #[case] seconds: Option<u64>,
) {
    assert_eq!((trouble.kind(), trouble.retry_after()), (kind, seconds.map(Duration::from_secs)));
}
