//! What the answer about a customer says to people, in English.

use crate::domain::assessment::{ProofNeeded, ProofReason};

/// The error beside a field whose value a provider contradicted.
pub(super) const DISPUTED: &str =
    "This differs from what the identity provider confirmed. Correct it, or leave it, and verify your identity again.";

/// Says what has to be done about a proof; the link, if there is one yet, ends the message.
pub(super) fn proof_needed(needed: ProofNeeded<'_>, display_name: &str, link: Option<&str>) -> String {
    let what = match needed.reason {
        ProofReason::Missing => format!("Your identity has to be verified by {display_name}."),
        ProofReason::Expired => {
            format!("Your verification by {display_name} has expired. Please verify your identity again.")
        }
        ProofReason::Changed => {
            format!("You changed what {display_name} had confirmed. Please verify your identity again.")
        }
        ProofReason::Contested => format!(
            "What you entered differs from what {display_name} confirmed. \
             Please check it, then verify your identity again."
        ),
    };
    match link {
        Some(link) => format!("{what} Continue here: {link}"),
        None => format!("{what} Register first; the link to the verification follows."),
    }
}
