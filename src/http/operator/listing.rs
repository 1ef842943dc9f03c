//! A page of the list of customers, as a query asks for it.

use super::cursor;
use crate::domain::facts::Status;
use crate::http::{ApiError, Query};
use crate::integration::review::Reviews;
use crate::store::StatusRecord;
use crate::vault::Vault;

/// How many entries are given at once at most.
pub(super) const MAX_LIMIT: u32 = 200;

/// A page of the list.
pub(in crate::http) struct Listing {
    /// The status that was asked for.
    pub(in crate::http) status: Status,
    /// The entries, those first that wait longest.
    pub(in crate::http) customers: Vec<StatusRecord>,
    /// Where the next page begins, if there is one.
    pub(in crate::http) cursor: Option<String>,
}

impl Listing {
    /// Takes `status` (`PROCESSING` when left out), `type` (all when left out), `limit` and `cursor`.
    pub(in crate::http) async fn read(
        query: &Query,
        reviews: &Reviews,
        vault: &Vault,
        usual_limit: u32,
    ) -> Result<Self, ApiError> {
        let status = query.get("status").map_or(Ok(Status::Processing), parse_status)?;
        let limit = query.get("limit").map_or(Ok(usual_limit), parse_limit)?;
        let malformed = ApiError::bad_request("'cursor' is not one of this list");
        let after = match query.get("cursor") {
            Some(text) => Some(cursor::read(vault, text).ok_or(malformed)?),
            None => None,
        };
        // One more than asked for tells whether there is a next page.
        let mut customers = reviews.list(status, query.get("type"), after.as_ref(), limit + 1).await?;
        let more = customers.len() > limit as usize;
        customers.truncate(limit as usize);
        let cursor = customers.last().filter(|_| more).map(|last| cursor::write(vault, last));
        Ok(Self { status, customers, cursor })
    }
}

fn parse_status(text: &str) -> Result<Status, ApiError> {
    let found = Status::ALL.into_iter().find(|status| status.as_str() == text);
    found.ok_or(ApiError::bad_request("'status' must be ACCEPTED, PROCESSING, NEEDS_INFO or REJECTED"))
}

/// Whatever is beyond the greatest limit means that.
fn parse_limit(text: &str) -> Result<u32, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = if digits { text.parse::<u32>().unwrap_or(MAX_LIMIT).min(MAX_LIMIT) } else { 0 };
    if limit > 0 { Ok(limit) } else { Err(ApiError::bad_request("'limit' must be a whole number from 1")) }
}
