//! The pure part of the crate.

#[path = "../support/requirements.rs"]
mod requirements;

mod assessment;
mod callback;
mod custom_fields;
mod decisions;
mod delivery;
mod document;
mod fields;
mod languages;
mod payto;
mod process;
mod requirement;
mod session;
mod submission;
mod verification;
