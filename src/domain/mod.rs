//! What the specifications speak of, as values: pure, without clock, network or storage.

pub mod account;
pub mod assessment;
pub mod audit;
pub mod callback;
pub mod causes;
pub mod clock;
pub mod color;
pub mod crockford;
pub mod decision;
pub mod delivery;
pub mod document;
pub mod facts;
pub mod field;
pub mod file;
pub mod language;
pub mod memo;
pub mod payto;
pub mod pii;
pub mod process;
pub mod public_address;
pub mod requirement;
pub mod session;
pub mod submission;
pub mod transaction;
pub mod verification;
