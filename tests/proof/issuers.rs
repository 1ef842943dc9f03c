//! Whose metadata, and whose answer it is: OA-06.

use kycd::egress::Configured;
use kycd::proof::oauth2::{Endpoints, OAuth2, SettingsError};
use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{Document, Endpoint, Mode, Reply};
use crate::{CONNECT, Setting, begin, come_back, nonsense, prove, verified};

const OAUTH: &str = "/.well-known/oauth-authorization-server";

fn metadata(name: &'static str, value: Value) -> Mode {
    Mode::Says(Document::Metadata, name, value)
}

#[rstest]
#[case::another_issuer(metadata("issuer", json!("https://evil.example.com")), "the metadata is another issuer's")]
#[case::no_issuer(Mode::Omits(Document::Metadata, "issuer"), "the metadata cannot be read")]
#[case::not_there(
    Mode::Answers(Endpoint::Metadata, Reply::Json(404, json!({}))),
    "the issuer publishes no metadata"
)]
#[case::no_token_endpoint(
    Mode::Omits(Document::Metadata, "token_endpoint"),
    "the metadata has no usable token_endpoint"
)]
#[case::no_keys(Mode::Omits(Document::Metadata, "jwks_uri"), "the metadata has no usable jwks_uri")]
#[case::script(
    metadata("authorization_endpoint", json!("javascript:alert(1)")),
    "the metadata has no usable authorization_endpoint"
)]
#[case::plain_http(
    metadata("authorization_endpoint", json!("http://login.example.com/")),
    "the metadata has no usable authorization_endpoint"
)]
#[case::no_url(metadata("token_endpoint", json!("cat")), "the metadata cannot be read")]
#[tokio::test]
async fn metadata_is_not_believed(#[case] mode: Mode, #[case] reason: &'static str) {
    let (server, provider) = Setting::openid().await.misbehaving(mode).provider();
    assert_eq!(prove(&server, &provider).await, nonsense(reason));
    assert!(server.received("/token").is_empty());
}

#[rstest]
#[case::openid_connect_appends(true, &["/tenant/.well-known/openid-configuration"])]
#[case::oauth_inserts(false, &["/.well-known/oauth-authorization-server/tenant"])]
#[tokio::test]
async fn the_metadata_of_an_issuer_with_a_path_is_found(#[case] openid: bool, #[case] places: &[&str]) {
    let mut setting = if openid { Setting::openid().await } else { Setting::plain().await };
    let issuer = format!("{}/tenant", setting.server.origin);
    setting.settings.endpoints = Endpoints::Discovered { issuer: issuer.clone() };
    let (server, provider) = setting.misbehaving(metadata("issuer", json!(issuer))).provider();
    begin(&provider).await.unwrap();
    for place in places {
        assert_eq!(server.received(place).len(), 1);
    }
}

#[tokio::test]
async fn both_places_of_metadata_are_tried() {
    let missing = Mode::Answers(Endpoint::Metadata, Reply::Json(404, json!({})));
    let (server, provider) = Setting::openid().await.misbehaving(missing).provider();
    assert!(begin(&provider).await.is_err());
    assert_eq!((server.received(CONNECT).len(), server.received(OAUTH).len()), (1, 1));
}

#[tokio::test]
async fn given_endpoints_count_more_than_discovered_ones() {
    let mut setting =
        Setting::openid().await.misbehaving(metadata("token_endpoint", json!("https://evil.example.com/")));
    let Setting { settings: plain, server, .. } = Setting::plain().await;
    drop(server);
    let Endpoints::Given { mut urls, .. } = plain.endpoints else { unreachable!("plain gives its URLs") };
    for url in [&mut urls.authorize, &mut urls.token].into_iter().chain(&mut urls.userinfo) {
        *url = format!("{}{}", setting.server.origin, url.path()).parse().unwrap();
    }
    setting.settings.endpoints = Endpoints::Given { issuer: Some(setting.server.origin.clone()), urls };
    assert_eq!(setting.prove().await, verified());
}

#[rstest]
#[case::of_the_issuer(None, true)]
#[case::of_another(Some("https://evil.example.com"), false)]
#[case::of_almost_the_issuer(Some("/"), false)]
#[tokio::test]
async fn a_browser_comes_from_the_issuer(#[case] iss: Option<&str>, #[case] right: bool) {
    let (server, provider) = Setting::openid().await.provider();
    let departure = begin(&provider).await.unwrap();
    let iss = match iss {
        Some("/") => format!("{}/", server.origin),
        Some(iss) => iss.to_owned(),
        None => server.origin.clone(),
    };
    let told = come_back(&server, &provider, &departure, Some(&iss)).await;
    if right {
        assert_eq!(told, verified());
    } else {
        assert_eq!(told, nonsense("the browser comes from another issuer"));
        assert!(server.received("/token").is_empty(), "the code is not used");
    }
}

#[tokio::test]
async fn an_issuer_that_announces_iss_must_send_it() {
    let mode = metadata("authorization_response_iss_parameter_supported", json!(true));
    let (server, provider) = Setting::openid().await.misbehaving(mode).provider();
    let departure = begin(&provider).await.unwrap();
    let told = come_back(&server, &provider, &departure, None).await;
    assert_eq!(told, nonsense("the browser does not say from which issuer"));
    assert!(server.received("/token").is_empty(), "the code is not used");
    let iss = server.origin.clone();
    assert_eq!(come_back(&server, &provider, &departure, Some(&iss)).await, verified());
}

#[tokio::test]
async fn iss_is_ignored_where_no_issuer_is_known() {
    let (server, provider) = Setting::plain().await.provider();
    let departure = begin(&provider).await.unwrap();
    assert_eq!(come_back(&server, &provider, &departure, Some("https://any.example.com")).await, verified());
}

#[rstest]
#[case::no_url("eid.example.com")]
#[case::another_scheme("ftp://eid.example.com")]
#[tokio::test]
async fn an_issuer_must_be_a_web_address(#[case] issuer: &str) {
    let mut setting = Setting::plain().await;
    setting.settings.endpoints = Endpoints::Discovered { issuer: issuer.to_owned() };
    let client = Configured::new(setting.limits, true).unwrap();
    assert_eq!(OAuth2::new(setting.settings, client, setting.clock).err(), Some(SettingsError::Issuer));
}
