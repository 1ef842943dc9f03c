//! `[payment_targets]`: what a payment target that is no customer has to prove.

use std::collections::BTreeSet;

use super::name;
use super::reader::Section;

/// The rule for bare payto URIs.
#[derive(Clone, Debug)]
pub struct PaymentTargets {
    /// The provider whose proof is needed; `None` when payment targets are not in use.
    pub provider: Option<String>,
}

impl PaymentTargets {
    pub(super) fn read(section: &mut Section<'_>, providers: &BTreeSet<String>) -> Self {
        Self { provider: section.or("provider", None, |value| name::provider(value, providers)) }
    }
}
