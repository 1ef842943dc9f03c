//! The four algorithms with real keys, and one key in the place of another: AUTH-07.

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::HEXLOWER;
use kycd::auth::{Algorithm, Issuer, IssuerError, IssuerSettings, Refusal, VerificationKey};
use kycd::domain::pii::Secret;
use rstest::rstest;
use stellar_strkey::ed25519::PublicKey;

use crate::forge::{
    Claims, ED25519, P256, RSA, SECRET, by_ed25519, by_p256, by_rsa, forge, label, mac, pem, public, refused, sep10,
    settings, verify,
};

type Sign = fn(&[u8]) -> Vec<u8>;

fn by_secret(message: &[u8]) -> Vec<u8> {
    mac(SECRET)(message)
}

/// Every algorithm with its issuer and its signer.
fn all() -> [(IssuerSettings, Sign); 4] {
    [
        (sep10(), by_secret),
        (public(Algorithm::EdDsa, pem(&*ED25519)), by_ed25519),
        (public(Algorithm::Es256, pem(&*P256)), by_p256),
        (public(Algorithm::Rs256, pem(&*RSA)), by_rsa),
    ]
}

fn header(alg: &str) -> String {
    format!(r#"{{"alg":"{alg}"}}"#)
}

#[test]
fn each_algorithm_accepts_its_own_signatures_and_no_other() {
    for configured in 0..4 {
        for signer in 0..4 {
            let (issuer, _) = all().into_iter().nth(configured).unwrap();
            let (claimed, sign) = all().into_iter().nth(signer).unwrap();
            let token = forge(&header(claimed.algorithm.name()), &Claims::valid().json(), sign);
            let disguised = forge(&header(issuer.algorithm.name()), &Claims::valid().json(), sign);
            let answer = verify([issuer], &token);
            let (issuer, _) = all().into_iter().nth(configured).unwrap();
            if configured == signer {
                assert!(answer.is_ok());
            } else {
                assert_eq!(answer, refused(Refusal::Algorithm));
                assert_eq!(verify([issuer], &disguised), refused(Refusal::Signature));
            }
        }
    }
}

#[rstest]
#[case::raw(ED25519.public_key().as_ref().to_vec())]
#[case::hex(HEXLOWER.encode(ED25519.public_key().as_ref()).into_bytes())]
#[case::strkey(format!("{}", PublicKey(ED25519.public_key().as_ref().try_into().unwrap())).into_bytes())]
#[case::pem(pem(&*ED25519).into_bytes())]
#[case::pem_without_its_last_newline(pem(&*ED25519).trim_end().as_bytes().to_vec())]
fn auth_07_a_mac_keyed_with_our_public_key(#[case] key: Vec<u8>) {
    let issuer = || public(Algorithm::EdDsa, pem(&*ED25519));
    let token = |alg| forge(&header(alg), &Claims::valid().json(), mac(&key));
    assert_eq!(verify([issuer()], &token("HS256")), refused(Refusal::Algorithm));
    assert_eq!(verify([issuer()], &token("EdDSA")), refused(Refusal::Signature));
}

#[rstest]
#[case::hs256_with_a_public_key(public(Algorithm::Hs256, pem(&*ED25519)), IssuerError::KeyKind)]
#[case::eddsa_with_a_secret(IssuerSettings { algorithm: Algorithm::EdDsa, ..sep10() }, IssuerError::KeyKind)]
#[case::eddsa_with_a_p256_key(public(Algorithm::EdDsa, pem(&*P256)), IssuerError::PublicKey)]
#[case::es256_with_an_ed25519_key(public(Algorithm::Es256, pem(&*ED25519)), IssuerError::PublicKey)]
#[case::es256_with_a_p384_key(public(Algorithm::Es256, pem(&p384())), IssuerError::PublicKey)]
#[case::rs256_with_a_p256_key(public(Algorithm::Rs256, pem(&*P256)), IssuerError::PublicKey)]
#[case::rs256_with_1024_bits(public(Algorithm::Rs256, RSA_1024.to_owned()), IssuerError::PublicKey)]
#[case::a_private_key(public(Algorithm::EdDsa, pem(&*ED25519).replace("PUBLIC", "PRIVATE")), IssuerError::PublicKey)]
#[case::a_certificate(public(Algorithm::EdDsa, pem(&*ED25519).replace("PUBLIC KEY", "CERTIFICATE")), IssuerError::PublicKey)]
#[case::no_der(public(Algorithm::EdDsa, label("PUBLIC KEY", b"not DER")), IssuerError::PublicKey)]
#[case::no_pem(public(Algorithm::EdDsa, "GADQ".to_owned()), IssuerError::PublicKey)]
#[case::no_name(IssuerSettings { issuer: String::new(), ..sep10() }, IssuerError::Unnamed)]
fn settings_that_make_no_issuer(#[case] settings: IssuerSettings, #[case] error: IssuerError) {
    assert_eq!(Issuer::new(settings).err(), Some(error));
}

fn p384() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap()
}

#[rstest]
#[case::thirty_one_bytes(31, false, Some(IssuerError::ShortSecret))]
#[case::thirty_two_bytes(32, false, None)]
#[case::one_byte_in_dev(1, true, None)]
#[case::nothing_in_dev(0, true, Some(IssuerError::ShortSecret))]
fn a_secret_of(#[case] length: usize, #[case] allow_short_secret: bool, #[case] error: Option<IssuerError>) {
    let key = VerificationKey::Hs256(Secret::new(vec![1; length]));
    let settings = IssuerSettings { allow_short_secret, ..settings(Algorithm::Hs256, key) };
    assert_eq!(Issuer::new(settings).err(), error);
}

/// A public key whose private half nobody kept.
const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCsIkOScjmPIgm5dqHOq9umIcHP
f2vRFui8CyKWPFRkw3HxL8jKd9tZWCUAqqkbiBpqpv9RQWq2Di0+82ZRUJ6YHa6s
B2bC/2UoBo3YQx4/I/x/SkK/gLbn4fcIF7R0UB589jVVV+wOg7zxKEmHa5gn/ycB
gyqwOv7S1FZLIsGbTwIDAQAB
-----END PUBLIC KEY-----";
