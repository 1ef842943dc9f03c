//! How long somebody who watches waits.

use std::time::Duration;

use axum::http::Extensions;
use tokio::time::sleep;

use crate::http::serve::Stopping;
use crate::http::{ApiError, Query};

/// The longest that anybody waits, in milliseconds.
const LONGEST: u64 = 60_000;

/// As long as `timeout_ms` says, at most a minute, and not beyond the end of the server.
pub(super) struct Patience {
    timeout: Duration,
    stopping: Option<Stopping>,
}

impl Patience {
    /// Reads what a request asks for; without `timeout_ms` that is an answer at once.
    pub(super) fn of(query: &Query, extensions: &Extensions) -> Result<Self, ApiError> {
        let millis = match query.get("timeout_ms") {
            None => 0,
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() => {
                // More than a number holds is more than anybody waits.
                text.parse().unwrap_or(LONGEST)
            }
            Some(_) => return Err(ApiError::bad_request("'timeout_ms' must be a number of milliseconds")),
        };
        let timeout = Duration::from_millis(millis.min(LONGEST));
        Ok(Self { timeout, stopping: extensions.get::<Stopping>().cloned() })
    }

    /// Waits so long.
    pub(super) async fn end(self) {
        match self.stopping {
            Some(mut stopping) => tokio::select! {
                () = sleep(self.timeout) => (),
                () = stopping.begun() => (),
            },
            None => sleep(self.timeout).await,
        }
    }
}
