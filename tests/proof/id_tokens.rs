//! ID tokens that must not be believed: OA-11.

use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{CLIENT_ID, Document, Mode, Signature};
use crate::{ENCRYPTED, NOW, Setting, nonsense, verified};

fn says(name: &'static str, value: Value) -> Mode {
    Mode::Says(Document::IdToken, name, value)
}

fn omits(name: &'static str) -> Mode {
    Mode::Omits(Document::IdToken, name)
}

#[rstest]
#[case::alg_none(Mode::Signs(Signature::None), "has no header that we understand")]
#[case::hs256_by_client_id(
    Mode::Signs(Signature::ClientId),
    "asks for an algorithm or an extension that we do not allow"
)]
#[case::hs256_by_public_key(
    Mode::Signs(Signature::PublicKey),
    "asks for an algorithm or an extension that we do not allow"
)]
#[case::another_key(Mode::Signs(Signature::AnotherKey), "is not signed by its issuer")]
#[case::wrong_aud(says("aud", json!("another client")), "is not for us")]
#[case::aud_without_us(says("aud", json!(["another client"])), "is not for us")]
#[case::no_aud(omits("aud"), "is not for us")]
#[case::two_auds_without_azp(says("aud", json!([CLIENT_ID, "another client"])), "is not for us")]
#[case::wrong_azp(says("azp", json!("another client")), "is not for us")]
#[case::wrong_iss(says("iss", json!("https://evil.example.com")), "is another issuer's")]
#[case::several_iss(says("iss", json!(["https://evil.example.com"])), "is another issuer's")]
#[case::no_iss(omits("iss"), "is another issuer's")]
#[case::expired(says("exp", json!(NOW.seconds())), "has expired")]
#[case::no_exp(omits("exp"), "has expired")]
#[case::exp_as_text(says("exp", json!("9999999999")), "has expired")]
#[case::issued_tomorrow(says("iat", json!(NOW.seconds() + 86_400)), "is from the future")]
#[case::valid_from_tomorrow(says("nbf", json!(NOW.seconds() + 86_400)), "is from the future")]
#[case::wrong_nonce(says("nonce", json!("another")), "is not for this browser: its nonce is missing or another one")]
#[case::no_nonce(omits("nonce"), "is not for this browser: its nonce is missing or another one")]
#[tokio::test]
async fn an_id_token_is_not_believed(#[case] mode: Mode, #[case] fault: &str) {
    let told = Setting::openid().await.misbehaving(mode).prove().await;
    assert_eq!(told, nonsense_of(&format!("the ID token {fault}")));
}

#[rstest]
#[case::no_id_token(Mode::Omits(Document::Token, "id_token"), "the token answer has no ID token")]
#[case::not_a_token(
    Mode::Says(Document::Token, "id_token", json!("cat")),
    "the ID token has no header that we understand"
)]
#[case::a_number(Mode::Says(Document::Token, "id_token", json!(7)), "the token answer is not usable at id_token")]
#[tokio::test]
async fn openid_connect_does_not_do_without_an_id_token(#[case] mode: Mode, #[case] reason: &'static str) {
    assert_eq!(Setting::openid().await.misbehaving(mode).prove().await, nonsense(reason));
}

#[rstest]
#[case::two_auds_with_azp(
    &[says("aud", json!([CLIENT_ID, "another client"])), says("azp", json!(CLIENT_ID))]
)]
#[case::one_aud_in_a_list(&[says("aud", json!([CLIENT_ID]))])]
#[case::a_clock_that_is_ahead(&[says("iat", json!(NOW.seconds() + 60))])]
#[tokio::test]
async fn an_id_token_is_believed(#[case] modes: &[Mode]) {
    let setting = Setting::openid().await;
    let setting = modes.iter().cloned().fold(setting, Setting::misbehaving);
    assert_eq!(setting.prove().await, verified());
}

#[tokio::test]
async fn without_user_information_the_id_token_tells() {
    let setting = Setting::openid().await.misbehaving(Mode::Omits(Document::Metadata, "userinfo_endpoint"));
    let (server, provider) = setting.provider();
    assert_eq!(crate::prove(&server, &provider).await, verified());
    assert!(server.received("/userinfo").is_empty());
}

/// An operator who reads the log knows what to have changed at the provider.
#[rstest]
#[case::for_a_key_of_ours("RSA-OAEP-256")]
#[case::by_a_key_agreed_on("ECDH-ES")]
#[tokio::test]
async fn an_id_token_that_is_encrypted_is_called_so(#[case] algorithm: &'static str) {
    let told = Setting::openid().await.misbehaving(Mode::Encrypts(algorithm)).prove().await;
    assert_eq!(told, nonsense_of(&format!("the ID token {ENCRYPTED}")));
}

fn nonsense_of(reason: &str) -> crate::Told {
    crate::Told::Retry(kycd::proof::Trouble::Nonsense(reason.to_owned().into()))
}
