//! An error with everything behind it.

use std::error::Error;

/// Lists an error and its sources.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Joins an error and its sources in one line: log formats write an error by its `Display` alone.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
