//! Keys that an issuer publishes, fetched from a real listener; and keys that a token brings: AUTH-10 and 11.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RsaPublicKeyComponents};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use futures_util::future::join_all;
use jsonwebtoken::Algorithm as Jose;
use kycd::auth::{Algorithm, Issuer, Refusal, TokenError, TokenVerifier, VerificationKey};
use kycd::egress::{Configured, KeySet, KeySetError, Limits};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::clock::ManualClock;
use crate::forge::{
    Claims, ED25519, P256, RSA, SECRET, base64url, by_ed25519, by_p256, by_rsa, clock, forge, quoted, refused, settings,
};

/// A publisher of keys that counts who asks, and can keep them waiting.
#[derive(Clone)]
struct Publisher {
    url: String,
    answer: Arc<Mutex<(StatusCode, String)>>,
    asked: watch::Sender<usize>,
    held: watch::Sender<bool>,
}

impl Publisher {
    async fn start(keys: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new((StatusCode::OK, json!({ "keys": keys }).to_string())));
        let publisher = Self { url, answer, asked: watch::Sender::new(0), held: watch::Sender::new(false) };
        let state = publisher.clone();
        let router = Router::new().route(
            "/jwks",
            get(async move || {
                state.asked.send_modify(|asked| *asked += 1);
                state.held.subscribe().wait_for(|held| !held).await.unwrap();
                state.answer.lock().unwrap().clone()
            }),
        );
        tokio::spawn(async move { axum::serve(listener, router).await });
        publisher
    }

    fn publish(&self, keys: &Value) {
        *self.answer.lock().unwrap() = (StatusCode::OK, json!({ "keys": keys }).to_string());
    }

    fn break_down(&self) {
        self.answer.lock().unwrap().0 = StatusCode::INTERNAL_SERVER_ERROR;
    }

    fn recover(&self) {
        self.answer.lock().unwrap().0 = StatusCode::OK;
    }

    fn asked(&self) -> usize {
        *self.asked.borrow()
    }

    async fn until_asked(&self) {
        self.asked.subscribe().wait_for(|asked| *asked > 0).await.unwrap();
    }

    fn hold(&self) {
        self.held.send_replace(true);
    }

    fn release(&self) {
        self.held.send_replace(false);
    }

    fn key_set(&self, clock: &Arc<ManualClock>) -> KeySet {
        let second = Duration::from_secs(5);
        let limits = Limits { connect: second, total: second, body: 64 * 1024 };
        let client = Configured::new(limits, true).unwrap();
        KeySet::new(client, self.url.parse().unwrap(), Arc::clone(clock) as _)
    }

    fn verifier(&self, algorithm: Algorithm, clock: &Arc<ManualClock>) -> TokenVerifier {
        let key = VerificationKey::Jwks(Arc::new(self.key_set(clock)));
        TokenVerifier::new(vec![Issuer::new(settings(algorithm, key)).unwrap()], Arc::clone(clock) as _)
    }
}

fn ed25519(kid: &str) -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": base64url(ED25519.public_key())})
}

fn p256(kid: &str) -> Value {
    let point = P256.public_key().as_ref();
    json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": base64url(&point[1..33]), "y": base64url(&point[33..])})
}

fn rsa(kid: &str) -> Value {
    let key = RsaPublicKeyComponents::<Vec<u8>>::from(RSA.public_key());
    json!({"kty": "RSA", "kid": kid, "n": base64url(key.n), "e": base64url(key.e)})
}

fn token(alg: &str, kid: Option<&str>, sign: fn(&[u8]) -> Vec<u8>) -> String {
    let kid = kid.map(|kid| format!(r#","kid":{}"#, quoted(kid))).unwrap_or_default();
    forge(&format!(r#"{{"alg":"{alg}"{kid}}}"#), &Claims::valid().json(), sign)
}

#[rstest]
#[case::eddsa(Algorithm::EdDsa, by_ed25519 as fn(&[u8]) -> Vec<u8>)]
#[case::es256(Algorithm::Es256, by_p256)]
#[case::rs256(Algorithm::Rs256, by_rsa)]
#[tokio::test]
async fn tokens_are_checked_with_published_keys(#[case] algorithm: Algorithm, #[case] sign: fn(&[u8]) -> Vec<u8>) {
    let publisher = Publisher::start(json!([ed25519("a"), p256("b"), rsa("c")])).await;
    let verifier = publisher.verifier(algorithm, &clock());
    let kid = match algorithm {
        Algorithm::EdDsa => "a",
        Algorithm::Es256 => "b",
        Algorithm::Hs256 | Algorithm::Rs256 => "c",
    };
    assert!(verifier.verify(&token(algorithm.name(), Some(kid), sign)).await.is_ok());
    assert!(verifier.verify(&token(algorithm.name(), None, sign)).await.is_ok(), "one key fits");
    let flipped = |message: &[u8]| by_ed25519(&[message, b"!"].concat());
    let wrong = forge(&format!(r#"{{"alg":"{}"}}"#, algorithm.name()), &Claims::valid().json(), flipped);
    assert_eq!(verifier.verify(&wrong).await, refused(Refusal::Signature));
    assert_eq!(publisher.asked(), 1);
}

#[rstest]
#[case::for_encryption(json!({"use": "enc"}))]
#[case::for_another_algorithm(json!({"alg": "RS256"}))]
#[case::for_an_unknown_algorithm(json!({"alg": "X"}))]
#[case::for_other_operations(json!({"key_ops": ["sign"]}))]
#[case::of_another_curve(json!({"crv": "P-256"}))]
#[case::of_an_unknown_curve(json!({"crv": "Ed448"}))]
#[case::of_another_id(json!({"kid": "b"}))]
#[case::without_id(json!({"kid": null}))]
#[case::symmetric(json!({"kty": "oct", "k": base64url(SECRET), "alg": null, "crv": null, "x": null}))]
#[case::without_its_value(json!({"x": null}))]
#[tokio::test]
async fn a_key_does_not_fit_when_it_is(#[case] change: Value) {
    let mut key = ed25519("a");
    for (name, value) in change.as_object().unwrap() {
        key[name] = value.clone();
    }
    key.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let keys = Publisher::start(json!([key])).await.key_set(&clock());
    assert_eq!(keys.decoding_key(Some("a"), Jose::EdDSA).await.err(), Some(KeySetError::Unknown));
    for algorithm in [Jose::HS256, Jose::HS384, Jose::HS512] {
        assert_eq!(keys.decoding_key(Some("a"), algorithm).await.err(), Some(KeySetError::Unknown));
    }
}

#[tokio::test]
async fn a_key_fits_when_its_use_and_algorithm_say_so() {
    let mut key = ed25519("a");
    key["use"] = json!("sig");
    key["alg"] = json!("EdDSA");
    key["key_ops"] = json!(["verify"]);
    let keys = Publisher::start(json!(["no key", {"kty": "AKP"}, key])).await.key_set(&clock());
    assert!(keys.decoding_key(Some("a"), Jose::EdDSA).await.is_ok());
}

#[tokio::test]
async fn a_token_without_key_id_needs_a_set_with_one_fitting_key() {
    let keys = Publisher::start(json!([ed25519("a"), ed25519("b")])).await.key_set(&clock());
    assert!(keys.decoding_key(Some("b"), Jose::EdDSA).await.is_ok());
    assert_eq!(keys.decoding_key(None, Jose::EdDSA).await.err(), Some(KeySetError::Unknown));
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once_but_asked_for_every_thirty_seconds_at_most() {
    let clock = clock();
    let publisher = Publisher::start(json!([ed25519("old")])).await;
    let verifier = publisher.verifier(Algorithm::EdDsa, &clock);
    let (old, new) = (token("EdDSA", Some("old"), by_ed25519), token("EdDSA", Some("new"), by_ed25519));
    assert!(verifier.verify(&old).await.is_ok());
    publisher.publish(&json!([ed25519("new")]));
    for _ in 0..5 {
        assert_eq!(verifier.verify(&new).await, refused(Refusal::Key));
    }
    assert_eq!(publisher.asked(), 1);
    clock.advance(Duration::from_secs(30));
    assert!(verifier.verify(&new).await.is_ok());
    assert_eq!(verifier.verify(&old).await, refused(Refusal::Key));
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_forgotten_after_ten_minutes() {
    let clock = clock();
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    let verifier = publisher.verifier(Algorithm::EdDsa, &clock);
    let token = token("EdDSA", Some("a"), by_ed25519);
    assert!(verifier.verify(&token).await.is_ok());
    publisher.publish(&json!([ed25519("b")]));
    clock.advance(Duration::from_mins(10) - Duration::from_secs(1));
    assert!(verifier.verify(&token).await.is_ok());
    clock.advance(Duration::from_secs(1));
    assert_eq!(verifier.verify(&token).await, refused(Refusal::Key));
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn whoever_comes_during_a_fetch_shares_its_answer() {
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    let verifier = publisher.verifier(Algorithm::EdDsa, &clock());
    let token = token("EdDSA", Some("a"), by_ed25519);
    let answers = join_all((0..50).map(|_| verifier.verify(&token))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(publisher.asked(), 1);
}

#[tokio::test]
async fn whoever_comes_during_a_fetch_that_fails_slowly_shares_its_failure() {
    let clock = clock();
    let publisher = Publisher::start(json!([])).await;
    publisher.break_down();
    publisher.hold();
    let keys = publisher.key_set(&clock);
    let fail_slowly = async {
        publisher.until_asked().await;
        clock.advance(Duration::from_secs(10));
        publisher.release();
    };
    let callers = join_all((0..50).map(|_| keys.decoding_key(Some("a"), Jose::EdDSA)));
    let (answers, ()) = tokio::join!(callers, fail_slowly);
    assert!(answers.into_iter().all(|answer| answer.err() == Some(KeySetError::Unavailable)));
    assert_eq!(publisher.asked(), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_its_fetch_to_those_who_stay() {
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    publisher.hold();
    let keys = Arc::new(publisher.key_set(&clock()));
    let ask = |kid: &'static str| {
        let keys = Arc::clone(&keys);
        tokio::spawn(async move { keys.decoding_key(Some(kid), Jose::EdDSA).await })
    };
    let leaver = ask("unknown");
    publisher.until_asked().await;
    let stayer = ask("a");
    leaver.abort();
    assert!(leaver.await.unwrap_err().is_cancelled());
    publisher.release();
    assert!(stayer.await.unwrap().is_ok());
    assert!(ask("a").await.unwrap().is_ok());
    assert_eq!(publisher.asked(), 1);
}

#[tokio::test]
async fn known_keys_outlast_a_publisher_that_is_down_by_an_hour() {
    let clock = clock();
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    let keys = publisher.key_set(&clock);
    assert!(keys.decoding_key(Some("a"), Jose::EdDSA).await.is_ok());
    publisher.break_down();
    clock.advance(Duration::from_mins(59));
    assert!(keys.decoding_key(Some("a"), Jose::EdDSA).await.is_ok());
    assert_eq!(keys.decoding_key(Some("b"), Jose::EdDSA).await.err(), Some(KeySetError::Unavailable));
    clock.advance(Duration::from_mins(1));
    assert_eq!(keys.decoding_key(Some("a"), Jose::EdDSA).await.err(), Some(KeySetError::Unavailable));
}

#[tokio::test]
async fn a_publisher_that_is_down_makes_tokens_undecided_and_is_asked_again_after_five_seconds() {
    let clock = clock();
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    publisher.break_down();
    let verifier = publisher.verifier(Algorithm::EdDsa, &clock);
    let token = token("EdDSA", Some("a"), by_ed25519);
    assert_eq!(verifier.verify(&token).await, Err(TokenError::Unavailable));
    publisher.recover();
    assert_eq!(verifier.verify(&token).await, Err(TokenError::Unavailable));
    assert_eq!(publisher.asked(), 1);
    clock.advance(Duration::from_secs(5));
    assert!(verifier.verify(&token).await.is_ok());
}

#[rstest]
#[case::no_json("no JSON")]
#[case::no_set("{}")]
#[case::an_array("[]")]
#[tokio::test]
async fn an_answer_that_is_no_key_set_counts_as_a_failure(#[case] body: &str) {
    let publisher = Publisher::start(json!([])).await;
    body.clone_into(&mut publisher.answer.lock().unwrap().1);
    let keys = publisher.key_set(&clock());
    assert_eq!(keys.decoding_key(None, Jose::EdDSA).await.err(), Some(KeySetError::Unavailable));
}

#[rstest]
#[case::another_issuer(forge(r#"{"alg":"EdDSA"}"#, &Claims::valid().with("iss", "\"x\"").json(), by_ed25519))]
#[case::another_algorithm(token("HS256", Some("a"), by_ed25519))]
#[case::a_path_as_key_id(token("EdDSA", Some("../../../../dev/null"), by_ed25519))]
#[case::sql_as_key_id(token("EdDSA", Some("' OR 1=1; --"), by_ed25519))]
#[case::nul_as_key_id(token("EdDSA", Some("\0"), by_ed25519))]
#[case::ten_kib_as_key_id(token("EdDSA", Some(&"k".repeat(10_240)), by_ed25519))]
#[tokio::test]
async fn auth_11_nobody_is_asked_about(#[case] token: String) {
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    let verifier = publisher.verifier(Algorithm::EdDsa, &clock());
    assert!(matches!(verifier.verify(&token).await, Err(TokenError::Refused(_))));
    assert_eq!(publisher.asked(), 0);
}

#[rstest]
#[case::jwk("jwk")]
#[case::jku("jku")]
#[case::x5u("x5u")]
#[case::x5c("x5c")]
#[tokio::test]
async fn auth_10_a_key_that_the_token_brings_is_neither_used_nor_fetched(#[case] member: &str) {
    let canary = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = canary.local_addr().unwrap();
    let attacker = Ed25519KeyPair::generate().unwrap();
    let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": base64url(attacker.public_key())});
    let value = match member {
        "jwk" => key,
        "x5c" => json!([base64url(attacker.public_key())]),
        _ => json!(format!("http://{address}/keys")),
    };
    let header = json!({"alg": "EdDSA", "kid": "a", member: value}).to_string();
    let token = forge(&header, &Claims::valid().json(), |message| attacker.sign(message).as_ref().to_vec());
    let publisher = Publisher::start(json!([ed25519("a")])).await;
    let verifier = publisher.verifier(Algorithm::EdDsa, &clock());
    assert_eq!(verifier.verify(&token).await, refused(Refusal::Header));
    assert_eq!(publisher.asked(), 0);
    // The first connection that the canary sees is the one that proves it is alive.
    let own = TcpStream::connect(address).await.unwrap();
    let (_, first) = canary.accept().await.unwrap();
    assert_eq!(first, own.local_addr().unwrap());
}
