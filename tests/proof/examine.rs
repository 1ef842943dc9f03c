//! What `kycd provider test` finds.

use kycd::proof::oauth2::{ClaimsSource, Pushing};
use kycd::proof::{Finding, Provider};
use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{Document, Endpoint, Mode, Reply};
use crate::{Setting, redirect_uri};

async fn findings(setting: Setting) -> Vec<Finding> {
    let (_server, provider) = setting.provider();
    provider.examine(&redirect_uri()).await
}

/// What keeps everybody from being verified.
fn wrong(findings: &[Finding]) -> Vec<&str> {
    let wrong = findings.iter().filter_map(|finding| match finding {
        Finding::Wrong(text) => Some(text.as_str()),
        Finding::Good(_) | Finding::Doubt(_) => None,
    });
    wrong.collect()
}

fn says(member: &'static str, value: Value) -> Mode {
    Mode::Says(Document::Metadata, member, value)
}

#[tokio::test]
async fn nothing_is_wrong_with_honest_providers() {
    for setting in [Setting::plain().await, Setting::openid().await] {
        let found = findings(setting).await;
        assert_eq!(wrong(&found), Vec::<&str>::new());
        let known = Finding::Good("the token endpoint knows us, and refuses a made-up code".to_owned());
        assert!(found.contains(&known), "{found:?}");
    }
}

#[rstest]
#[case::pkce(says("code_challenge_methods_supported", json!(["plain"])), "pkce needs S256")]
#[case::another_client_auth(
    says("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
    "client_auth needs client_secret_basic"
)]
#[case::no_codes(says("response_types_supported", json!(["id_token"])), "the way of kycd needs code")]
#[case::no_common_algorithm(
    says("id_token_signing_alg_values_supported", json!(["HS256"])),
    "nothing in signing_algorithms is among the provider's id_token_signing_alg_values_supported"
)]
#[case::another_issuer(says("issuer", json!("https://evil.example.com")), "is of no use: the metadata is another issuer's")]
#[case::no_metadata(Mode::Answers(Endpoint::Metadata, Reply::Json(404, json!({}))), "the issuer publishes no metadata")]
#[case::wrong_credentials(
    Mode::Answers(Endpoint::Token, Reply::Json(401, json!({ "error": "invalid_client" }))),
    "the token endpoint does not take our credentials: invalid_client. Look at client_id, client_auth"
)]
#[case::a_page_instead_of_a_token_endpoint(
    Mode::Answers(Endpoint::Token, Reply::Typed("text/html", "<p>".to_owned())),
    "something that is not called JSON. Look at the URL"
)]
#[case::any_code_is_good(
    Mode::Answers(Endpoint::Token, Reply::Json(200, json!({ "access_token": "a", "token_type": "Bearer" }))),
    "takes a code that nobody gave"
)]
#[tokio::test]
async fn what_is_wrong_is_said(#[case] mode: Mode, #[case] text: &str) {
    let found = findings(Setting::openid().await.misbehaving(mode)).await;
    let [wrong] = wrong(&found).try_into().unwrap_or_else(|_| panic!("{found:?}"));
    assert!(wrong.contains(text), "{wrong}");
}

#[tokio::test]
async fn a_demanding_configuration_is_compared_with_what_is_announced() {
    let mut setting = Setting::openid()
        .await
        .misbehaving(says("acr_values_supported", json!(["low"])))
        .misbehaving(says("userinfo_signing_alg_values_supported", json!(["none"])))
        .misbehaving(says("response_modes_supported", json!(["query"])));
    setting.settings.acr = vec!["high".to_owned()];
    setting.settings.claims_source = ClaimsSource::Userinfo { signed: true, post: false };
    setting.settings.form_post = true;
    setting.settings.pushing = Pushing::Require;
    let found = findings(setting).await;
    let wrong = wrong(&found).join("\n");
    for text in [
        "nothing in acr is among",
        "nothing in signing_algorithms is among the provider's userinfo_signing_alg_values_supported",
        "response_mode needs form_post",
        "no browser could be sent off: the metadata has no usable pushed_authorization_request_endpoint",
    ] {
        assert!(wrong.contains(text), "{text}: {wrong}");
    }
}

#[tokio::test]
async fn pushed_requests_that_are_demanded_have_to_be_made() {
    let mode = says("require_pushed_authorization_requests", json!(true));
    let mut setting = Setting::openid().await.misbehaving(mode);
    setting.settings.pushing = Pushing::Off;
    let found = findings(setting).await;
    assert_eq!(wrong(&found), ["the provider takes pushed requests only, and par is \"off\""]);
}

#[tokio::test]
async fn announcements_of_no_sense_are_not_compared() {
    let mode = says("scopes_supported", json!({ "openid": true }));
    let found = findings(Setting::openid().await.misbehaving(mode)).await;
    assert_eq!(wrong(&found), Vec::<&str>::new());
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_told() {
    let mut setting = Setting::plain().await;
    setting.urls().token = "http://127.0.0.1:1/token".parse().unwrap();
    let found = findings(setting).await;
    let text = "the provider did not answer in time. Look at the URL, and whether this machine may call it";
    assert_eq!(wrong(&found), [text]);
}
