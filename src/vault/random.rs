//! The one home of randomness: the operating system's, by way of aws-lc.

use uuid::{Builder, Uuid};

/// Draws `N` random bytes, fit for keys, tokens and nonces.
///
/// # Panics
/// If the operating system gives no randomness, in which case nothing here can be done safely.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// Draws a random id (UUID version 4): unlike version 7 no part of it can be guessed.
#[must_use]
pub fn id() -> Uuid {
    Builder::from_random_bytes(bytes()).into_uuid()
}
