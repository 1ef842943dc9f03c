//! Sealing: what opens, what does not, and what never shows.

mod master_keys;
mod random;
mod sealing;
mod tags;

use kycd::domain::pii::Secret;
use kycd::vault::{MasterKeyError, MasterKeys, Place, Vault, master};
use uuid::Uuid;

/// A row of customers, and another one.
const ROW: Uuid = Uuid::from_u128(1);
const OTHER_ROW: Uuid = Uuid::from_u128(2);

/// Where most values of these tests are kept.
const PLACE: Place = Place { table: "customers", row: ROW, column: "document", version: 1 };

/// The places that differ from [`PLACE`] in one component, and those whose names run together to the same text.
fn other_places() -> [Place; 8] {
    [
        Place { table: "files", ..PLACE },
        Place { row: OTHER_ROW, ..PLACE },
        Place { column: "facts", ..PLACE },
        Place { version: 2, ..PLACE },
        Place { version: -1, ..PLACE },
        Place { version: 1 << 32 | 1, ..PLACE },
        Place { table: "customersd", column: "ocument", ..PLACE },
        Place { table: "customer", column: "sdocument", ..PLACE },
    ]
}

fn master_keys(lines: &[&Secret<String>]) -> MasterKeys {
    MasterKeys::parse(lines.iter().copied()).expect("well-formed")
}

fn line(kid: &str) -> Secret<String> {
    master::generate(kid).expect("well-formed")
}

fn parse(lines: &[&str]) -> Option<MasterKeyError> {
    let lines: Vec<_> = lines.iter().map(|line| Secret::new((*line).to_owned())).collect();
    MasterKeys::parse(&lines).err()
}

fn new_vault() -> Vault {
    Vault::create(master_keys(&[&line("k1")])).0
}

/// Every variant of `bytes` with one byte flipped, by each of its bits.
fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}
