//! The customer's pages, and the way to a provider and back.
//!
//! Adding a page route: see the list in [`pages`](super::pages); a form is checked with
//! [`FormGuard`](super::forms::FormGuard) before anything is done, and a GET with an effect refuses HEAD.

mod answers;
mod get_home;
mod get_kyc_check;
mod get_kyc_done;
mod get_kyc_go;
mod get_kyc_jwks;
mod get_kyc_lang;
mod get_kyc_proof;
mod get_kyc_requirements;
mod get_kyc_spa;
mod patience;
mod post_kyc_confirm;
mod post_kyc_go;
mod post_kyc_proof;
mod post_kyc_spa;
mod post_kyc_start;
mod post_kyc_webhook;
mod spa;
mod starts;
mod turns;

pub(super) use get_home::get_home;
pub(super) use get_kyc_check::{KycCheck, get_kyc_check};
pub(super) use get_kyc_done::get_kyc_done;
pub(super) use get_kyc_go::get_kyc_go;
pub(super) use get_kyc_jwks::get_kyc_jwks;
pub(super) use get_kyc_lang::get_kyc_lang;
pub(super) use get_kyc_proof::get_kyc_proof;
pub(super) use get_kyc_requirements::{KycRequirements, get_kyc_requirements};
pub(super) use get_kyc_spa::get_kyc_spa;
pub(super) use post_kyc_confirm::post_kyc_confirm;
pub(super) use post_kyc_go::post_kyc_go;
pub(super) use post_kyc_proof::{post_kyc_proof, refuse_kyc_proof};
pub(super) use post_kyc_spa::post_kyc_spa;
pub(super) use post_kyc_start::{Ticket, post_kyc_start};
pub(super) use post_kyc_webhook::post_kyc_webhook;
pub use starts::Starts;
pub use turns::Turns;
