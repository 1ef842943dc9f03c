//! Tokens of wallets and keys of operators; the row numbers are those of the acceptance list.

#![expect(clippy::unwrap_used, reason = "a test whose setting fails has failed")]

#[path = "../support/clock.rs"]
mod clock;
mod forge;
#[path = "../support/stellar.rs"]
mod stellar;

mod accepted_tokens;
mod algorithms;
mod key_sets;
mod operator_keys;
mod properties;
mod refused_claims;
mod refused_forms;
mod refused_subjects;
mod sep10;
