//! What the specifications speak of, as values: pure, without clock, network or storage.

pub mod account;
pub mod clock;
pub mod crockford;
pub mod field;
pub mod memo;
pub mod payto;
pub mod pii;
pub mod session;
pub mod submission;
