//! The operator's listener, for programs: payment targets, customers and what is decided about them, and whether the server
//! is alive. People have the [`console`](super::console) beside it.
//!
//! Adding an endpoint: as in [`sep12`](super::sep12), with [`OperatorSession`](super::session::OperatorSession) first.

mod cursor;
mod get_audit;
mod get_customer;
mod get_customers;
mod get_livez;
mod get_payment_target;
mod get_readyz;
mod listing;
mod post_decision;
mod post_reveal;
mod put_payment_target;

use super::ApiError;

pub(super) use get_audit::{AuditTrail, get_audit, parse_before};
pub(super) use get_customer::{get_customer, parse_id};
pub(super) use get_customers::{CustomerList, get_customers};
pub(super) use get_livez::get_livez;
pub(super) use get_payment_target::get_payment_target;
pub(super) use get_readyz::get_readyz;
pub(super) use listing::Listing;
pub(super) use post_decision::{Decision, post_decision};
pub(super) use post_reveal::{Reveal, RevealedValue, file_answer, post_reveal};
pub(super) use put_payment_target::put_payment_target;

/// The longest reason, in characters.
const MAX_REASON: usize = 2_000;

/// Checks what may be written as a reason.
pub(super) fn check_reason(reason: &str) -> Result<(), ApiError> {
    if reason.chars().count() > MAX_REASON {
        return Err(ApiError::bad_request("'reason' must be at most 2000 characters"));
    }
    Ok(())
}
