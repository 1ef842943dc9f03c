//! What the specifications speak of, as values: pure, without clock, network or storage.

pub mod account;
pub mod clock;
pub mod memo;
pub mod pii;
pub mod session;
