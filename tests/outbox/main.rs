//! CB-01 and CB-10: what the anchor's key signs, checked by another implementation of Ed25519.

#![expect(clippy::unwrap_used, reason = "a test whose setting fails has failed")]

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE64;
use kycd::domain::callback::{CallbackBody, CallbackUrl};
use kycd::domain::clock::Timestamp;
use kycd::domain::pii::Secret;
use kycd::outbox::Signer;
use kycd::vault::SigningKey;
use proptest::prelude::*;
use rstest::rstest;

const BODY: &str = r#"{"id":"7","status":"ACCEPTED"}"#;

/// The seed and the account of RFC 8032's first test vector.
fn key() -> SigningKey {
    let seed =
        data_encoding::HEXLOWER.decode(b"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
    SigningKey::new(&Secret::new(seed.try_into().unwrap()))
}

/// Tells whether a header's value is a signature of this text.
fn verifies(header: &str, text: &str) -> bool {
    let signature = header.split_once(", s=").unwrap().1;
    let key = stellar_strkey::ed25519::PublicKey::from_string(&key().account().to_string()).unwrap();
    let signature = BASE64.decode(signature.as_bytes()).unwrap();
    UnparsedPublicKey::new(&ED25519, key.0).verify(text.as_bytes(), &signature).is_ok()
}

fn sign(at: i64, url: &str, body: &str) -> String {
    let (url, body) = (CallbackUrl::parse(url).unwrap_or_else(|_| panic!("{url}")), CallbackBody::new(body.to_owned()));
    Signer::new(key()).sign(Timestamp::from_seconds(at), &url, &body.unwrap())
}

#[rstest]
#[case::plain("https://wallet.example/cb?x=1", "wallet.example")]
#[case::port("https://wallet.example:8443/cb", "wallet.example:8443")]
#[case::default_port("https://Wallet.Example:443/cb", "wallet.example")]
#[case::international("https://bücher.example/", "xn--bcher-kva.example")]
fn a_signature_covers_time_host_and_body(#[case] url: &str, #[case] host: &str) {
    let header = sign(1_780_000_000, url, BODY);
    assert!(header.starts_with("t=1780000000, s="), "{header}");
    assert!(verifies(&header, &format!("1780000000.{host}.{BODY}")));
    assert!(!verifies(&header, &format!("1780000001.{host}.{BODY}")));
    assert!(!verifies(&header, &format!("1780000000.other.example.{BODY}")));
    assert!(!verifies(&header, &format!("1780000000.{host}.{{}}")));
}

#[test]
fn the_address_is_that_of_the_seed() {
    let key = stellar_strkey::ed25519::PublicKey::from_string(&key().account().to_string()).unwrap();
    let expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(data_encoding::HEXLOWER.encode(&key.0), expected);
}

proptest! {
    /// A signature for one host cannot be passed on as one for another, however the parts are cut.
    #[test]
    fn no_other_cut_of_a_signed_text_is_a_time_a_host_and_a_body(
        t in 0_i64..10_000_000_000,
        host in "[a-z0-9]{1,8}(\\.[a-z0-9]{1,8}){1,3}\\.example",
    ) {
        let Ok(url) = CallbackUrl::parse(&format!("https://{host}/")) else { return Ok(()) };
        let signed = format!("{t}.{}.{BODY}", url.signed_host());
        for (cut, _) in signed.match_indices('.') {
            let Ok(other) = signed[..cut].parse::<i64>() else { continue };
            let rest = &signed[cut + 1..];
            let (other_host, _) = rest.split_once(".{").unwrap();
            prop_assert_eq!((other, other_host), (t, url.signed_host()));
        }
    }
}
