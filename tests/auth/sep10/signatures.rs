//! CHAL-05 and CHAL-09: every signature is somebody's, and those who have a say are enough.

use std::collections::BTreeMap;

use kycd::auth::sep10::{Authority, Client, ClientDomain, Invalid};
use rstest::rstest;
use stellar_xdr::{SignatureHint, TransactionEnvelope};

use super::{DOMAIN, SERVER, WALLET, client, client_of_a_domain, now, terms};
use crate::stellar::{Key, answer, close, open};

const COSIGNER: u8 = 4;
const STRANGER: u8 = 5;

/// Lets these keys answer a challenge and gives the verdict.
fn verdict(client: &Client, signers: &[u8], authority: &Authority) -> Result<Client, Invalid> {
    let keys: Vec<_> = signers.iter().copied().map(Key::of).collect();
    let challenge = terms().challenge(client, &[7; 48], now());
    let answer = answer(&challenge, &keys.iter().collect::<Vec<_>>());
    terms().read(&answer, now())?.authorize(&terms(), authority)
}

fn authority(signers: &[(u8, u8)], threshold: u8) -> Authority {
    let signers: BTreeMap<_, _> = signers.iter().map(|(key, weight)| (Key::of(*key).public(), *weight)).collect();
    Authority { signers, threshold }
}

fn master() -> Authority {
    Authority::of_master_key(Key::of(WALLET).public())
}

#[rstest]
#[case::the_master_key(&[WALLET], Ok(()))]
#[case::nobody(&[], Err(Invalid::Threshold))]
#[case::a_stranger(&[STRANGER], Err(Invalid::StraySignature))]
#[case::the_master_key_and_a_stranger(&[WALLET, STRANGER], Err(Invalid::StraySignature))]
#[case::the_master_key_twice(&[WALLET, WALLET], Err(Invalid::StraySignature))]
#[case::the_server_again(&[SERVER], Err(Invalid::StraySignature))]
#[case::the_server_again_and_the_master_key(&[SERVER, WALLET], Err(Invalid::StraySignature))]
fn an_account_that_does_not_exist_is_its_master_keys(#[case] signers: &[u8], #[case] expected: Result<(), Invalid>) {
    assert_eq!(verdict(&client(), signers, &master()).map(drop), expected);
}

#[rstest]
#[case::one_of_enough_weight(&[(WALLET, 10)], 10, &[WALLET], Ok(()))]
#[case::a_cosigner_alone(&[(WALLET, 1), (COSIGNER, 10)], 10, &[COSIGNER], Ok(()))]
#[case::two_together(&[(WALLET, 5), (COSIGNER, 5)], 10, &[COSIGNER, WALLET], Ok(()))]
#[case::weights_beyond_a_byte(&[(WALLET, 255), (COSIGNER, 255)], 255, &[COSIGNER, WALLET], Ok(()))]
#[case::one_of_two(&[(WALLET, 5), (COSIGNER, 5)], 10, &[WALLET], Err(Invalid::Threshold))]
#[case::one_below_the_threshold(&[(WALLET, 9)], 10, &[WALLET], Err(Invalid::Threshold))]
#[case::one_of_two_twice(&[(WALLET, 5), (COSIGNER, 5)], 10, &[WALLET, WALLET], Err(Invalid::StraySignature))]
#[case::a_master_key_of_weight_0(&[(WALLET, 0), (COSIGNER, 1)], 1, &[WALLET], Err(Invalid::StraySignature))]
#[case::a_master_key_of_weight_0_and_no_threshold(&[(WALLET, 0)], 0, &[WALLET], Err(Invalid::StraySignature))]
#[case::a_master_key_that_was_removed(&[(COSIGNER, 1)], 1, &[WALLET], Err(Invalid::StraySignature))]
#[case::no_threshold_and_one_signature(&[(WALLET, 1)], 0, &[WALLET], Ok(()))]
#[case::no_threshold_and_no_signature(&[(WALLET, 1)], 0, &[], Err(Invalid::Threshold))]
#[case::nobody_left(&[], 0, &[], Err(Invalid::Threshold))]
#[case::enough_and_a_stranger(&[(WALLET, 10)], 10, &[WALLET, STRANGER], Err(Invalid::StraySignature))]
#[case::the_server_as_a_signer(&[(WALLET, 5), (SERVER, 5)], 10, &[WALLET], Err(Invalid::Threshold))]
#[case::the_server_as_a_signer_again(&[(WALLET, 5), (SERVER, 5)], 10, &[WALLET, SERVER], Err(Invalid::StraySignature))]
fn the_weights_reach_the_medium_threshold(
    #[case] weights: &[(u8, u8)],
    #[case] threshold: u8,
    #[case] signers: &[u8],
    #[case] expected: Result<(), Invalid>,
) {
    assert_eq!(verdict(&client(), signers, &authority(weights, threshold)).map(drop), expected);
}

#[rstest]
#[case::and_the_account(&[DOMAIN, WALLET], Ok(()))]
#[case::after_the_account(&[WALLET, DOMAIN], Ok(()))]
#[case::alone(&[DOMAIN], Err(Invalid::Threshold))]
#[case::not_at_all(&[WALLET], Err(Invalid::ClientDomainSignature))]
#[case::but_somebody_else(&[WALLET, STRANGER], Err(Invalid::ClientDomainSignature))]
#[case::twice(&[DOMAIN, DOMAIN, WALLET], Err(Invalid::StraySignature))]
fn a_client_domain_signs(#[case] signers: &[u8], #[case] expected: Result<(), Invalid>) {
    assert_eq!(verdict(&client_of_a_domain(), signers, &master()).map(drop), expected);
}

#[test]
fn the_domain_of_a_wallet_has_no_say_about_the_account() {
    let both = authority(&[(WALLET, 5), (DOMAIN, 5)], 10);

    assert_eq!(verdict(&client_of_a_domain(), &[WALLET, DOMAIN], &both), Err(Invalid::Threshold));
    assert_eq!(verdict(&client_of_a_domain(), &[WALLET, DOMAIN, DOMAIN], &both), Err(Invalid::StraySignature));
    assert!(verdict(&client(), &[WALLET, DOMAIN], &both).is_ok(), "without the domain it is a signer like others");
}

#[test]
fn one_signature_does_not_prove_both_the_account_and_the_domain() {
    let domain = ClientDomain { name: "wallet.example.org".to_owned(), key: Key::of(WALLET).public() };
    let client = Client { domain: Some(domain), ..client() };

    assert_eq!(verdict(&client, &[WALLET], &master()), Err(Invalid::Threshold));
    assert_eq!(verdict(&client, &[WALLET, WALLET], &master()), Err(Invalid::StraySignature));
}

#[test]
fn the_account_of_the_server_cannot_sign_in() {
    let client = Client { account: Key::of(SERVER).public(), ..client() };
    let authority = Authority::of_master_key(Key::of(SERVER).public());

    assert_eq!(verdict(&client, &[], &authority), Err(Invalid::Threshold));
    assert_eq!(verdict(&client, &[SERVER], &authority), Err(Invalid::StraySignature));
}

#[test]
fn a_challenge_that_the_server_did_not_sign_is_refused() {
    let mut challenge = open(&answer(&terms().challenge(&client(), &[7; 48], now()), &[&Key::of(WALLET)]));
    let mut signatures = Vec::from(challenge.signatures);
    signatures.remove(0);
    challenge.signatures = signatures.try_into().unwrap();

    let refusal = terms().read(&close(&TransactionEnvelope::Tx(challenge)), now()).err();

    assert_eq!(refusal, Some(Invalid::ServerSignature));
}

#[test]
fn a_signature_with_the_hint_of_another_key_is_nobodys() {
    let mut challenge = open(&answer(&terms().challenge(&client(), &[7; 48], now()), &[&Key::of(WALLET)]));
    let mut signatures = Vec::from(challenge.signatures);
    signatures[1].hint = SignatureHint([0; 4]);
    challenge.signatures = signatures.try_into().unwrap();

    let answer = terms().read(&close(&TransactionEnvelope::Tx(challenge)), now()).unwrap();

    assert_eq!(answer.authorize(&terms(), &master()).map(drop), Err(Invalid::StraySignature));
}

/// The point that does nothing fits as a key to a signature that anybody can make of it.
#[test]
fn a_key_that_fits_any_message_proves_nothing() {
    let mut weak = [0; 32];
    weak[0] = 1;
    let client = Client { account: weak, ..client() };
    let mut challenge = open(&terms().challenge(&client, &[7; 48], now()));
    let mut signature = [0; 64];
    signature[0] = 1;
    let mut signatures = Vec::from(challenge.signatures);
    let mut forged = signatures[0].clone();
    forged.hint = SignatureHint([0; 4]);
    forged.signature = stellar_xdr::Signature(signature.try_into().unwrap());
    signatures.push(forged);
    challenge.signatures = signatures.try_into().unwrap();

    let answer = terms().read(&close(&TransactionEnvelope::Tx(challenge)), now()).unwrap();

    let refusal = answer.authorize(&terms(), &Authority::of_master_key(weak)).err();
    assert_eq!(refusal, Some(Invalid::StraySignature));
}
