//! Providers that know us by our keys (`private_key_jwt`).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, RsaKeyPair,
};
use data_encoding::BASE64;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kycd::domain::pii::Secret;
use kycd::proof::Provider;
use kycd::proof::oauth2::{Audience, ClientAuth, ClientKeys, ClientKeysError, OAuth2};
use rstest::rstest;
use serde_json::Value;

use crate::provider::CLIENT_ID;
use crate::{NOW, Setting, prove, verified};

fn pem(der: &[u8]) -> Secret<Vec<u8>> {
    let text = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64.encode(der));
    Secret::new(text.into_bytes())
}

fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Secret<Vec<u8>> {
    pem(EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap().as_ref())
}

fn p256() -> Secret<Vec<u8>> {
    ec(&ECDSA_P256_SHA256_FIXED_SIGNING)
}

fn p384() -> Secret<Vec<u8>> {
    ec(&ECDSA_P384_SHA384_FIXED_SIGNING)
}

fn ed25519() -> Secret<Vec<u8>> {
    pem(Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap().as_ref())
}

fn rsa() -> Secret<Vec<u8>> {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    pem(AsDer::<Pkcs8V1Der<'_>>::as_der(&key).unwrap().as_ref())
}

fn keys(pems: &[Secret<Vec<u8>>], algorithm: Option<Algorithm>) -> Box<ClientKeys> {
    Box::new(ClientKeys::parse(pems, algorithm).unwrap())
}

/// Reads an assertion as the provider would: with our published keys, and nothing else.
fn read(provider: &OAuth2, assertion: &str, algorithm: Algorithm) -> Value {
    let published = provider.public_keys().unwrap();
    let set: JwkSet = serde_json::from_value(published).unwrap();
    let kid = decode_header(assertion).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(set.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode(assertion, &key, &validation).unwrap().claims
}

#[rstest]
#[case::p256(p256(), None, Algorithm::ES256)]
#[case::p384(p384(), None, Algorithm::ES384)]
#[case::ed25519(ed25519(), None, Algorithm::EdDSA)]
#[case::rsa(rsa(), None, Algorithm::RS256)]
#[case::rsa_by_choice(rsa(), Some(Algorithm::PS256), Algorithm::PS256)]
#[tokio::test]
async fn a_fresh_assertion_goes_to_the_token_endpoint(
    #[case] key: Secret<Vec<u8>>,
    #[case] chosen: Option<Algorithm>,
    #[case] algorithm: Algorithm,
) {
    let mut setting = Setting::openid().await;
    let keys = keys(&[key], chosen);
    setting.settings.client_auth = ClientAuth::PrivateKey { keys, audience: Audience::Issuer };
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    assert_eq!(prove(&server, &provider).await, verified());
    let assertions = server.received("/token").into_iter().map(|request| {
        assert_eq!(request.authorization, None);
        assert!(!request.form.contains_key("client_secret"));
        assert_eq!(request.form["client_id"], CLIENT_ID);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        assert_eq!(request.form["client_assertion_type"], kind);
        read(&provider, &request.form["client_assertion"], algorithm)
    });
    let [first, second] = assertions.collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(first["aud"], server.origin);
    assert_eq!((&first["iss"], &first["sub"]), (&CLIENT_ID.into(), &CLIENT_ID.into()));
    assert_eq!((first["iat"].as_i64(), first["exp"].as_i64()), (Some(NOW.seconds()), Some(NOW.seconds() + 60)));
    assert_ne!(first["jti"], second["jti"]);
}

#[tokio::test]
async fn an_assertion_can_be_for_the_token_endpoint() {
    let mut setting = Setting::openid().await;
    setting.settings.client_auth =
        ClientAuth::PrivateKey { keys: keys(&[p256()], None), audience: Audience::TokenEndpoint };
    let (server, provider) = setting.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    let [request] = server.received("/token").try_into().unwrap();
    let claims = read(&provider, &request.form["client_assertion"], Algorithm::ES256);
    assert_eq!(claims["aud"], format!("{}/token", server.origin));
}

#[tokio::test]
async fn a_key_that_comes_next_is_published_before_it_signs() {
    let (old, new) = (p256(), rsa());
    let [before, during, after] =
        [vec![old.clone()], vec![old.clone(), new.clone()], vec![new, old]].map(|list| keys(&list, None));
    let mut published = Vec::new();
    for keys in [before, during, after] {
        let mut setting = Setting::plain().await;
        setting.settings.client_auth = ClientAuth::PrivateKey { keys, audience: Audience::Issuer };
        let (server, provider) = setting.provider();
        assert_eq!(prove(&server, &provider).await, verified());
        let [request] = server.received("/token").try_into().unwrap();
        let signed_by = decode_header(&request.form["client_assertion"]).unwrap().kid.unwrap();
        let set = provider.public_keys().unwrap()["keys"].as_array().unwrap().clone();
        assert!(set.iter().all(|key| key["use"] == "sig" && key.get("d").is_none()), "{set:?}");
        let names = set.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        published.push((signed_by, names));
    }
    assert_eq!(published[0].0, published[1].0);
    assert_eq!(published[1].1, [published[0].0.clone(), published[2].0.clone()]);
    assert_eq!(published[2].1.len(), 2, "the old one stays known");
}

#[test]
fn what_is_no_key_is_refused() {
    let fault = |pems: &[Secret<Vec<u8>>], algorithm| ClientKeys::parse(pems, algorithm).err();
    let public = b"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n".to_vec();
    assert_eq!(fault(&[], None), Some(ClientKeysError::None));
    assert_eq!(fault(&[p256(), Secret::new(public)], None), Some(ClientKeysError::Key(2)));
    assert_eq!(fault(&[Secret::new(b"a secret".to_vec())], None), Some(ClientKeysError::Key(1)));
    assert_eq!(fault(&[p256()], Some(Algorithm::ES384)), Some(ClientKeysError::Algorithm));
    assert_eq!(fault(&[p256()], Some(Algorithm::HS256)), Some(ClientKeysError::Algorithm));
    assert_eq!(fault(&[rsa()], Some(Algorithm::HS256)), Some(ClientKeysError::Algorithm));
}

#[tokio::test]
async fn a_provider_that_knows_a_secret_gets_no_keys() {
    let (_server, provider) = Setting::plain().await.provider();
    assert_eq!(provider.public_keys(), None);
}
