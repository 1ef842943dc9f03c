//! The pure part of the crate.

#[path = "../support/requirements.rs"]
mod requirements;
#[path = "../support/samples.rs"]
mod samples;

mod assessment;
mod callback;
mod codes;
mod custom_fields;
mod decisions;
mod delivery;
mod document;
mod fields;
mod files;
mod languages;
mod payto;
mod pictures;
mod process;
mod requirement;
mod session;
mod submission;
mod verification;
