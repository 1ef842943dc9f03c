//! Requests that are pushed ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)), and starts that are set up first.

use std::time::Duration;

use kycd::proof::Trouble;
use kycd::proof::oauth2::{ClientAuth, Pushing, SettingsError};
use rstest::rstest;
use serde_json::json;

use crate::provider::{CLIENT_ID, Document, Endpoint, Mode, Reply};
use crate::{STATE, Setting, begin, come_back, prove, redirect_uri, verified};

/// A provider that announces where requests are pushed.
async fn announcing() -> Setting {
    let setting = Setting::openid().await;
    let place = format!("{}/par", setting.server.origin);
    setting.misbehaving(Mode::Says(Document::Metadata, "pushed_authorization_request_endpoint", place.into()))
}

fn nonsense(reason: &str) -> Trouble {
    Trouble::Nonsense(reason.to_owned().into())
}

#[tokio::test]
async fn a_request_is_pushed_where_the_provider_announces_it() {
    let (server, provider) = announcing().await.provider();
    let departure = begin(&provider).await.unwrap();
    let shown: Vec<_> = departure.redirect.query_pairs().into_owned().collect();
    let name = "urn:ietf:params:oauth:request_uri:0".to_owned();
    assert_eq!(shown, [("client_id".to_owned(), CLIENT_ID.to_owned()), ("request_uri".to_owned(), name)]);

    let [pushed] = server.received("/par").try_into().unwrap();
    assert!(pushed.authorization.unwrap().starts_with("Basic "), "pushing proves who we are as tokens do");
    assert_eq!(pushed.form["state"], STATE);
    assert_eq!(pushed.form["redirect_uri"], redirect_uri().as_str());
    assert_eq!(pushed.form["code_challenge_method"], "S256");
    assert_eq!(pushed.form["response_type"], "code");
    assert_eq!(pushed.form["scope"], "profile openid");
    assert_eq!(come_back(&server, &provider, &departure, None).await, verified());
}

#[tokio::test]
async fn a_public_client_pushes_too() {
    let mut setting = announcing().await;
    setting.settings.client_auth = ClientAuth::None;
    setting.settings.pushing = Pushing::Require;
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    let [pushed] = server.received("/par").try_into().unwrap();
    assert_eq!((pushed.authorization, pushed.form["client_id"].as_str()), (None, CLIENT_ID));
}

#[tokio::test]
async fn the_operator_can_say_where_to_push() {
    let mut setting = Setting::plain().await;
    let place = format!("{}/par", setting.server.origin).parse().unwrap();
    setting.urls().pushed = Some(place);
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    assert_eq!(server.received("/par").len(), 1);
}

#[tokio::test]
async fn nothing_is_pushed_where_the_operator_says_so() {
    let mut setting = announcing().await;
    setting.settings.pushing = Pushing::Off;
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    assert!(server.received("/par").is_empty());
}

#[tokio::test]
async fn what_must_be_pushed_is_never_shown_instead() {
    let mut setting = Setting::openid().await;
    setting.settings.pushing = Pushing::Require;
    let (_server, provider) = setting.provider();
    let reason = "the metadata has no usable pushed_authorization_request_endpoint";
    assert_eq!(begin(&provider).await.err(), Some(nonsense(reason)));

    let mut setting = Setting::plain().await;
    setting.settings.pushing = Pushing::Require;
    assert_eq!(setting.fault(), Some(SettingsError::Pushing));
}

fn pushed(reply: Reply) -> Mode {
    Mode::Answers(Endpoint::Pushed, reply)
}

#[rstest]
#[case::unknown_client(
    pushed(Reply::Json(401, json!({ "error": "invalid_client" }))),
    "the pushed authorization request endpoint does not take our credentials: invalid_client"
)]
#[case::unknown_redirect_uri(
    pushed(Reply::Json(400, json!({ "error": "invalid_request", "error_description": "<script>" }))),
    "the pushed authorization request endpoint does not take our request: invalid_request"
)]
#[case::no_name(
    Mode::Omits(Document::Pushed, "request_uri"),
    "the pushed authorization request endpoint gave no usable request_uri"
)]
#[case::a_name_with_blanks(
    Mode::Says(Document::Pushed, "request_uri", json!("urn:a b")),
    "the pushed authorization request endpoint gave no usable request_uri"
)]
#[case::redirect(
    pushed(Reply::Redirect("/elsewhere".to_owned())),
    "the pushed authorization request endpoint answered 302"
)]
#[case::html(
    pushed(Reply::Typed("text/html", "<p>".to_owned())),
    "the pushed authorization request endpoint answered 200 with something that is not called JSON"
)]
#[tokio::test]
async fn nobody_leaves_when_pushing_fails(#[case] mode: Mode, #[case] reason: &str) {
    let (_server, provider) = announcing().await.misbehaving(mode).provider();
    assert_eq!(begin(&provider).await.err(), Some(nonsense(reason)));
}

#[tokio::test]
async fn a_busy_provider_is_left_alone_for_as_long_as_it_says() {
    let (_server, provider) = announcing().await.misbehaving(pushed(Reply::Later(503, "7"))).provider();
    let busy = Trouble::Busy { retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(begin(&provider).await.err(), Some(busy));
}

/// GNU Taler's Challenger.
async fn challenger() -> Setting {
    let mut setting = Setting::plain().await;
    let place = format!("{}/setup", setting.server.origin).parse().unwrap();
    setting.urls().setup = Some(place);
    setting
}

#[tokio::test]
async fn every_start_is_set_up_with_the_secret_as_bearer() {
    let (server, provider) = challenger().await.provider();
    let departure = begin(&provider).await.unwrap();
    assert_eq!(departure.redirect.path(), "/authorize/N0NCE");
    let [setup] = server.received("/setup").try_into().unwrap();
    assert_eq!((setup.method.as_str(), setup.authorization.as_deref()), ("POST", Some("Bearer a secret")));
    assert_eq!(come_back(&server, &provider, &departure, None).await, verified());
}

#[rstest]
#[case::no_nonce(Mode::Omits(Document::Setup, "nonce"), "the setup endpoint gave no usable nonce")]
#[case::a_number(Mode::Says(Document::Setup, "nonce", json!(7)), "the setup endpoint gave no usable nonce")]
#[case::refused(
    Mode::Answers(Endpoint::Setup, Reply::Json(404, json!({ "code": 5 }))),
    "the setup endpoint refused without saying why"
)]
#[tokio::test]
async fn nobody_leaves_when_the_setup_fails(#[case] mode: Mode, #[case] reason: &str) {
    let (_server, provider) = challenger().await.misbehaving(mode).provider();
    assert_eq!(begin(&provider).await.err(), Some(nonsense(reason)));
}

#[tokio::test]
async fn a_nonce_is_one_segment_whatever_is_in_it() {
    let mode = Mode::Says(Document::Setup, "nonce", json!("../evil?x#y"));
    let (server, provider) = challenger().await.misbehaving(mode).provider();
    let redirect = begin(&provider).await.unwrap().redirect;
    assert_eq!(redirect.path(), "/authorize/..%2Fevil%3Fx%23y");
    assert!(redirect.as_str().starts_with(&server.origin));
}

#[tokio::test]
async fn a_setup_needs_a_secret() {
    let mut setting = challenger().await;
    setting.settings.client_auth = ClientAuth::None;
    assert_eq!(setting.fault(), Some(SettingsError::Setup));
}

#[tokio::test]
async fn the_browser_is_asked_to_come_back_with_a_post_where_that_is_wanted() {
    let mut setting = Setting::plain().await;
    setting.settings.form_post = true;
    let (_server, provider) = setting.provider();
    let redirect = begin(&provider).await.unwrap().redirect;
    assert!(redirect.query_pairs().any(|(name, value)| name == "response_mode" && value == "form_post"), "{redirect}");
}
