//! SEP-10: challenges, what comes back, and who has a say.

mod authorities;
mod challenges;
mod client_domains;
mod properties;
mod signatures;

use std::time::Duration;

use kycd::auth::sep10::{Client, ClientDomain, Terms, User};
use kycd::domain::clock::Timestamp;
use kycd::domain::pii::Secret;
use kycd::vault::SigningKey;

use crate::forge::NOW;
use crate::stellar::{Key, TESTNET};

const HOME_DOMAIN: &str = "anchor.example.com";
const WEB_AUTH_DOMAIN: &str = "kyc.example.com:8443";
const SERVER: u8 = 1;
const WALLET: u8 = 2;
const DOMAIN: u8 = 3;

fn now() -> Timestamp {
    Timestamp::from_seconds(NOW)
}

fn terms() -> Terms {
    Terms {
        signing_key: SigningKey::new(&Secret::new([SERVER; 32])),
        home_domains: vec![HOME_DOMAIN.to_owned(), "other.example.com".to_owned()],
        web_auth_domain: WEB_AUTH_DOMAIN.to_owned(),
        network_passphrase: TESTNET.to_owned(),
        lifetime: Duration::from_mins(15),
    }
}

/// The holder of the wallet's account, without a client domain.
fn client() -> Client {
    Client { account: Key::of(WALLET).public(), user: User::Holder, home_domain: HOME_DOMAIN.to_owned(), domain: None }
}

/// The same, who proves a client domain as well.
fn client_of_a_domain() -> Client {
    let domain = ClientDomain { name: "wallet.example.org".to_owned(), key: Key::of(DOMAIN).public() };
    Client { domain: Some(domain), ..client() }
}
