//! `[payment_targets]`: what a payment target that is no customer has to prove, and how often any may be verified.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use super::reader::Section;
use super::{name, parse};

const STARTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("above 0");
const STARTS_PER_MINUTE_BY_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("above 0");

/// The rule for bare payto URIs, and for the verifications of all targets.
#[derive(Clone, Debug)]
pub struct PaymentTargets {
    /// The provider whose proof is needed; `None` when payment targets are not in use.
    pub provider: Option<String>,
    /// How often a verification of one target may be started.
    pub starts_per_minute: NonZeroU32,
    /// How often one address may start verifications.
    pub starts_per_minute_by_address: NonZeroU32,
}

impl PaymentTargets {
    pub(super) fn read(section: &mut Section<'_>, providers: &BTreeSet<String>) -> Self {
        Self {
            provider: section.or("provider", None, |value| name::provider(value, providers)),
            starts_per_minute: section.or("starts_per_minute", STARTS_PER_MINUTE, parse::times),
            starts_per_minute_by_address: section.or(
                "starts_per_minute_by_address",
                STARTS_PER_MINUTE_BY_ADDRESS,
                parse::times,
            ),
        }
    }
}
