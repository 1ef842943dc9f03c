//! The endpoints of SEP-12.
//!
//! Adding an endpoint: write `<verb>_<noun>.rs` with one handler of that name; take [`Sep10Session`] first, so that a
//! bad token is refused before the request is read; parse, call the integration, map the answer; route it in [`http`](super); make
//! its errors [`ApiError`]s; test every refusal on both engines in `tests/api`.
//!
//! [`Sep10Session`]: super::session::Sep10Session
//! [`ApiError`]: super::ApiError

mod delete_customer;
mod files;
mod get_customer;
mod get_files;
mod post_files;
mod put_callback;
mod put_customer;
mod put_verification;
mod whom;

use serde::Serialize;
use utoipa::ToSchema;

use super::{ApiError, Query};

pub(super) use delete_customer::delete_customer;
pub(super) use files::FileAnswer;
pub(super) use get_customer::get_customer;
pub(super) use get_files::{Files, get_files};
pub(super) use post_files::post_files;
pub(super) use put_callback::put_callback;
pub(super) use put_customer::{Registered, put_customer};
pub(super) use put_verification::put_verification;

/// Refuses what stands in the query of a PUT.
///
/// # Errors
/// 400.
fn check_no_query(query: Option<&str>) -> Result<(), ApiError> {
    if Query::parse(query)?.is_empty() {
        return Ok(());
    }
    Err(ApiError::bad_request("parameters of a PUT belong into its body"))
}

/// The body of an answer that has nothing to say: an object without members.
#[derive(Serialize, ToSchema)]
#[schema(max_properties = 0)]
pub(super) struct Done {}
