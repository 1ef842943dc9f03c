//! What holds for every challenge.

use data_encoding::BASE64;
use kycd::auth::sep10::{Authority, Client, ClientDomain, Invalid, User};
use proptest::prelude::*;

use super::{DOMAIN, WALLET, now, terms};
use crate::stellar::{Key, answer};

fn users() -> impl Strategy<Value = User> {
    prop_oneof![Just(User::Holder), any::<u64>().prop_map(User::Memo), any::<u64>().prop_map(User::Muxed)]
}

fn clients() -> impl Strategy<Value = Client> {
    let domains = proptest::option::of("[a-z][a-z0-9-]{0,40}[a-z]\\.example\\.org");
    (users(), 0_usize..2, domains).prop_map(|(user, home_domain, domain)| Client {
        account: Key::of(WALLET).public(),
        user,
        home_domain: terms().home_domains[home_domain].clone(),
        domain: domain.map(|name| ClientDomain { name, key: Key::of(DOMAIN).public() }),
    })
}

fn signed(client: &Client, nonce: &[u8; 48]) -> String {
    let (wallet, domain) = (Key::of(WALLET), Key::of(DOMAIN));
    let keys: &[&Key] = if client.domain.is_some() { &[&wallet, &domain] } else { &[&wallet] };
    answer(&terms().challenge(client, nonce, now()), keys)
}

fn verdict(transaction: &str, account: [u8; 32]) -> Result<Client, Invalid> {
    terms().read(transaction, now())?.authorize(&terms(), &Authority::of_master_key(account))
}

proptest! {
    #[test]
    fn a_signed_challenge_proves_whom_it_was_made_for(client in clients(), nonce: [u8; 48]) {
        prop_assert_eq!(verdict(&signed(&client, &nonce), client.account), Ok(client));
    }

    #[test]
    fn challenges_with_different_nonces_are_different(client in clients(), one: [u8; 48], other: [u8; 48]) {
        prop_assume!(one != other);
        let hash = |nonce| terms().read(&signed(&client, nonce), now()).map(|answer| answer.hash());
        prop_assert_ne!(hash(&one), hash(&other));
    }

    #[test]
    fn a_challenge_with_one_bit_changed_proves_nothing(client in clients(), position: prop::sample::Index, bit in 0..8) {
        let mut bytes = BASE64.decode(signed(&client, &[7; 48]).as_bytes()).expect("base64");
        let position = position.index(bytes.len());
        bytes[position] ^= 1_u8 << bit;
        prop_assert!(verdict(&BASE64.encode(&bytes), client.account).is_err());
    }

    #[test]
    fn no_input_makes_the_reader_panic(text in "[A-Za-z0-9+/=]{0,400}") {
        prop_assert!(verdict(&text, Key::of(WALLET).public()).is_err());
    }
}
