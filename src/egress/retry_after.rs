//! When a peer wants to be asked again.

use std::time::Duration;

use http::{HeaderMap, header};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::domain::clock::Timestamp;

/// Reads seconds or a date ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    text.parse().map(Duration::from_secs).ok().or_else(|| {
        let date = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
        Some(Duration::from_secs(u64::try_from(date.saturating_sub(now.seconds())).unwrap_or(0)))
    })
}
