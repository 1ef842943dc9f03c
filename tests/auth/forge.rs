//! Makes tokens by hand, byte by byte, so that nothing of what is tested takes part in it.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use futures_util::FutureExt;
use kycd::auth::{Algorithm, Issuer, IssuerKind, IssuerSettings, Refusal, TokenError, TokenVerifier, VerificationKey};
use kycd::domain::clock::Timestamp;
use kycd::domain::pii::Secret;
use kycd::domain::session::Session;
use stellar_strkey::{Contract, ed25519};

use crate::clock::ManualClock;

pub(crate) const NOW: i64 = 1_780_000_000;
pub(crate) const ISSUER: &str = "https://anchor.example.com/auth";
pub(crate) const SECRET: &[u8] = b"thirty-two bytes of known secret";
pub(crate) const SEP45_SECRET: &[u8] = b"another known secret, for SEP-45";
pub(crate) const KEY: [u8; 32] = [7; 32];
pub(crate) const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

pub(crate) static ED25519: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::generate().unwrap());
pub(crate) static P256: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
pub(crate) static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

pub(crate) fn account() -> String {
    format!("{}", ed25519::PublicKey(KEY))
}

pub(crate) fn muxed(id: u64) -> String {
    format!("{}", ed25519::MuxedAccount { ed25519: KEY, id })
}

pub(crate) fn contract() -> String {
    format!("{}", Contract(KEY))
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

/// Joins a header and claims, and whatever `sign` makes of them.
pub(crate) fn forge(header: &str, claims: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(claims));
    let signature = base64url(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

pub(crate) fn mac(secret: &[u8]) -> impl Fn(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    move |message| hmac::sign(&key, message).as_ref().to_vec()
}

pub(crate) fn by_ed25519(message: &[u8]) -> Vec<u8> {
    ED25519.sign(message).as_ref().to_vec()
}

pub(crate) fn by_p256(message: &[u8]) -> Vec<u8> {
    P256.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

pub(crate) fn by_rsa(message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; RSA.public_modulus_len()];
    RSA.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

/// The public half of a key pair as SPKI PEM.
pub(crate) fn pem<P>(pair: &P) -> String
where
    P: KeyPair,
    P::PublicKey: AsDer<PublicKeyX509Der<'static>>,
{
    label("PUBLIC KEY", pair.public_key().as_der().unwrap().as_ref())
}

pub(crate) fn label(label: &str, der: &[u8]) -> String {
    let lines = BASE64.encode(der).as_bytes().chunks(64).fold(String::new(), |mut lines, line| {
        writeln!(lines, "{}", std::str::from_utf8(line).unwrap()).unwrap();
        lines
    });
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

/// Claims as raw JSON, so that they can be wrong in every way.
#[derive(Clone)]
pub(crate) struct Claims(Vec<(String, String)>);

impl Claims {
    /// Those of a SEP-10 server, for an hour.
    pub(crate) fn valid() -> Self {
        Self(Vec::new())
            .and("iss", &quoted(ISSUER))
            .and("sub", &quoted(&account()))
            .and("iat", &NOW.to_string())
            .and("exp", &(NOW + 3600).to_string())
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// Replaces a member by `json`.
    pub(crate) fn with(self, name: &str, json: &str) -> Self {
        self.without(name).and(name, json)
    }

    /// Adds a member, even a second one of that name.
    pub(crate) fn and(mut self, name: &str, json: &str) -> Self {
        self.0.push((name.to_owned(), json.to_owned()));
        self
    }

    pub(crate) fn json(&self) -> String {
        let members: Vec<_> = self.0.iter().map(|(name, json)| format!("{}:{json}", quoted(name))).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The token with the usual header and secret.
    pub(crate) fn token(&self) -> String {
        forge(HS256, &self.json(), mac(SECRET))
    }
}

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

pub(crate) fn settings(algorithm: Algorithm, key: VerificationKey) -> IssuerSettings {
    IssuerSettings {
        kind: IssuerKind::Sep10,
        issuer: ISSUER.to_owned(),
        home_domains: Vec::new(),
        audience: Vec::new(),
        max_lifetime: Duration::from_hours(24),
        algorithm,
        key,
        allow_short_secret: false,
    }
}

pub(crate) fn sep10() -> IssuerSettings {
    settings(Algorithm::Hs256, VerificationKey::Hs256(Secret::new(SECRET.to_vec())))
}

pub(crate) fn sep45() -> IssuerSettings {
    let key = VerificationKey::Hs256(Secret::new(SEP45_SECRET.to_vec()));
    IssuerSettings { kind: IssuerKind::Sep45, ..settings(Algorithm::Hs256, key) }
}

pub(crate) fn public(algorithm: Algorithm, pem: String) -> IssuerSettings {
    settings(algorithm, VerificationKey::Pem(pem.into_bytes()))
}

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(Timestamp::from_seconds(NOW)))
}

pub(crate) fn verifier(issuers: impl IntoIterator<Item = IssuerSettings>) -> TokenVerifier {
    let issuers = issuers.into_iter().map(|settings| Issuer::new(settings).unwrap()).collect();
    TokenVerifier::new(issuers, clock())
}

/// Verifies with issuers whose keys are at hand.
pub(crate) fn verify(issuers: impl IntoIterator<Item = IssuerSettings>, token: &str) -> Result<Session, TokenError> {
    verifier(issuers).verify(token).now_or_never().expect("keys at hand need no waiting")
}

pub(crate) fn refused<T>(refusal: Refusal) -> Result<T, TokenError> {
    Err(TokenError::Refused(refusal))
}
