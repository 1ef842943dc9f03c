//! The pure part of the crate.

mod fields;
mod payto;
mod session;
mod submission;
