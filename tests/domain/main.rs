//! The pure part of the crate.

mod payto;
mod session;
