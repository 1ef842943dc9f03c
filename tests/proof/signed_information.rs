//! User information that the provider signs, asked by POST, or taken from the ID token.

use jsonwebtoken::Algorithm;
use kycd::proof::oauth2::{ClaimsSource, SettingsError};
use rstest::rstest;
use serde_json::json;

use crate::provider::{ACCESS_TOKEN, CLIENT_ID, Document, Endpoint, Mode, Reply, Signature};
use crate::{ENCRYPTED, NOW, Setting, broken, nonsense, prove, verified};

const SIGNED: ClaimsSource = ClaimsSource::Userinfo { signed: true, post: false };

async fn signed() -> Setting {
    let mut setting = Setting::openid().await.misbehaving(Mode::SignsUserinfo);
    setting.settings.claims_source = SIGNED;
    setting
}

#[tokio::test]
async fn signed_user_information_is_believed() {
    assert_eq!(signed().await.prove().await, verified());
}

#[tokio::test]
async fn keys_can_be_where_the_operator_says() {
    let mut setting = Setting::plain().await.misbehaving(Mode::SignsUserinfo);
    let (origin, place) = (setting.server.origin.clone(), format!("{}/jwks", setting.server.origin));
    setting.urls().jwks = Some(place.parse().unwrap());
    let kycd::proof::oauth2::Endpoints::Given { issuer, .. } = &mut setting.settings.endpoints else { unreachable!() };
    *issuer = Some(origin);
    setting.settings.claims_source = SIGNED;
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    assert!(server.received(crate::CONNECT).is_empty(), "nothing is discovered");
}

#[rstest]
#[case::wrong_iss(Mode::Says(Document::Claims, "iss", json!("https://evil.example.com")), "is another issuer's")]
#[case::no_iss(Mode::Omits(Document::Claims, "iss"), "is another issuer's")]
#[case::wrong_aud(Mode::Says(Document::Claims, "aud", json!("another client")), "is not for us")]
#[case::no_aud(Mode::Omits(Document::Claims, "aud"), "is not for us")]
#[case::expired(Mode::Says(Document::Claims, "exp", json!(NOW.seconds())), "has expired")]
#[case::exp_as_text(Mode::Says(Document::Claims, "exp", json!("tomorrow")), "has expired")]
#[tokio::test]
async fn user_information_for_somebody_else_is_not_believed(#[case] mode: Mode, #[case] fault: &str) {
    let told = signed().await.misbehaving(mode).prove().await;
    assert_eq!(told, nonsense(format!("the user information {fault}").leak()));
}

/// The ID token is not looked at first, so that it is the user information that is refused.
#[rstest]
#[case::alg_none(Signature::None, "has no header that we understand")]
#[case::hs256_by_client_id(Signature::ClientId, "asks for an algorithm or an extension that we do not allow")]
#[case::hs256_by_public_key(Signature::PublicKey, "asks for an algorithm or an extension that we do not allow")]
#[case::another_key(Signature::AnotherKey, "is not signed by its issuer")]
#[tokio::test]
async fn a_signature_that_anybody_can_make_proves_nothing(#[case] signature: Signature, #[case] fault: &str) {
    let mut setting = signed().await;
    setting.settings.scopes.retain(|scope| scope != "openid");
    let told = setting.misbehaving(Mode::Signs(signature)).prove().await;
    assert_eq!(told, nonsense(format!("the user information {fault}").leak()));
}

#[tokio::test]
async fn only_the_algorithms_that_the_operator_names_are_taken() {
    let mut setting = signed().await;
    setting.settings.algorithms = vec![Algorithm::RS256];
    let told = setting.prove().await;
    assert_eq!(told, nonsense("the ID token asks for an algorithm or an extension that we do not allow"));
    for algorithms in [vec![], vec![Algorithm::RS256, Algorithm::HS256]] {
        let mut setting = signed().await;
        setting.settings.algorithms = algorithms;
        assert_eq!(setting.fault(), Some(SettingsError::Algorithms));
    }
}

#[rstest]
#[case::json(Reply::Json(200, json!({ "sub": "user-1" })), "the user information endpoint answered with something that is no JWT")]
#[case::a_jwt_called_text(
    Reply::Typed("text/plain", "a.b.c".to_owned()),
    "the user information endpoint answered with something that is no JWT"
)]
#[case::no_jwt(
    Reply::Typed("application/jwt", "cat".to_owned()),
    "the user information has no header that we understand"
)]
#[case::unauthorized(Reply::Json(401, json!({})), "the user information endpoint answered 401")]
#[tokio::test]
async fn unsigned_user_information_is_not_taken_where_a_signature_is_demanded(
    #[case] reply: Reply,
    #[case] reason: &'static str,
) {
    let mode = Mode::Answers(Endpoint::Userinfo, reply);
    assert_eq!(signed().await.misbehaving(mode).prove().await, nonsense(reason));
}

#[tokio::test]
async fn a_jwt_is_not_taken_where_json_is_expected() {
    let told = Setting::openid().await.misbehaving(Mode::SignsUserinfo).prove().await;
    assert_eq!(told, nonsense("the user information is a JWT, which userinfo = \"signed\" takes"));
}

/// There is no ID token, so that it is the user information that is refused.
#[rstest]
#[tokio::test]
async fn user_information_that_is_encrypted_is_called_so(
    #[values("RSA-OAEP-256", "ECDH-ES")] algorithm: &'static str,
    #[values(true, false)] is_expected_signed: bool,
) {
    let mut setting = signed().await.misbehaving(Mode::Encrypts(algorithm));
    setting.settings.scopes.retain(|scope| scope != "openid");
    setting.settings.claims_source = ClaimsSource::Userinfo { signed: is_expected_signed, post: false };
    assert_eq!(setting.prove().await, nonsense(format!("the user information {ENCRYPTED}").leak()));
}

#[tokio::test]
async fn signed_information_of_another_user_is_refused() {
    let told = signed().await.misbehaving(Mode::Says(Document::Claims, "sub", json!("user-2"))).prove().await;
    assert_eq!(told, nonsense("the user information is not that of the ID token's user"));
}

#[tokio::test]
async fn a_signature_needs_an_issuer_to_compare_it_with() {
    let mut setting = Setting::plain().await;
    setting.settings.claims_source = SIGNED;
    assert_eq!(setting.fault(), Some(SettingsError::Unsigned));
}

#[tokio::test]
async fn user_information_can_be_asked_by_post_and_is_asked_once() {
    let mut setting = Setting::openid().await;
    setting.settings.claims_source = ClaimsSource::Userinfo { signed: false, post: true };
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    let [request] = server.received("/userinfo").try_into().unwrap();
    assert_eq!((request.method.as_str(), request.authorization), ("POST", Some(format!("Bearer {ACCESS_TOKEN}"))));

    let mut setting = Setting::openid().await.misbehaving(Mode::Answers(Endpoint::Userinfo, Reply::HangsUpOnce));
    setting.settings.claims_source = ClaimsSource::Userinfo { signed: false, post: true };
    let (server, provider) = setting.provider();
    let reason = "the user information endpoint cannot be asked: the peer broke the connection";
    assert_eq!(prove(&server, &provider).await, broken(reason));
    assert_eq!(server.received("/userinfo").len(), 1);
}

#[tokio::test]
async fn the_id_token_alone_tells_where_the_operator_says_so() {
    let mut setting = Setting::openid().await.misbehaving(Mode::Says(Document::Claims, "sub", json!("user-2")));
    setting.settings.claims_source = ClaimsSource::IdToken;
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    assert!(server.received("/userinfo").is_empty());

    let mut setting = Setting::plain().await;
    setting.settings.claims_source = ClaimsSource::IdToken;
    assert_eq!(setting.fault(), Some(SettingsError::NoIdToken));
}

#[tokio::test]
async fn an_audience_in_a_list_is_us_too() {
    let mode = Mode::Says(Document::Claims, "aud", json!([CLIENT_ID]));
    assert_eq!(signed().await.misbehaving(mode).prove().await, verified());
}
