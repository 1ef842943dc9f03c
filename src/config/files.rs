//! `[files]`: files that wallets upload by themselves.

use std::time::Duration;

use super::parse;
use super::reader::Section;

/// What an account may have of files that no PUT has named yet.
#[derive(Clone, Debug)]
pub struct Files {
    /// How long each is kept.
    pub unused_ttl: Duration,
    /// How many there may be.
    pub unused_max: u32,
    /// How many MiB they may have together.
    pub unused_max_mib: u32,
}

impl Files {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self {
            unused_ttl: section.or("unused_ttl", Duration::from_hours(24), parse::duration),
            unused_max: section.or("unused_max", 100, parse::count),
            unused_max_mib: section.or("unused_max_mib", 200, parse::count),
        }
    }
}
