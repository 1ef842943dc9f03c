//! What the answer about a customer says to people, in English.

use crate::domain::assessment::{Assessment, Fault, ProofNeeded, ProofReason};
use crate::domain::decision::{Flaw, Notice};
use crate::domain::facts::Status;

/// What a customer who waits is told.
const WAITING: &str = "What you gave is being checked. There is nothing you have to do.";

/// What a customer is told whose fields have to be given again, whatever found that.
const AGAIN: &str =
    "Some of what you gave is not good as it is; beside each such field stands why. Please give it again.";

/// Says what the assessment means and what to do next; `display_name` gives a provider's name for people, and the link
/// to its proof, if there is one yet, ends the message.
pub(super) fn compose<'a>(
    assessment: &Assessment<'a>,
    display_name: impl Fn(&'a str) -> &'a str,
    link: Option<&str>,
) -> Option<String> {
    let again =
        assessment.provided_fields.iter().any(|field| field.fault.is_some_and(|fault| fault != Fault::Disputed));
    let proof = assessment.proof.map(|needed| proof_needed(needed, display_name(needed.provider), link));
    let parts = match assessment.status {
        Status::Accepted => [None, None],
        Status::Processing => [Some(WAITING.to_owned()), None],
        Status::Rejected => [assessment.notice.map(|notice| self::notice(notice).to_owned()), None],
        Status::NeedsInfo => [again.then(|| AGAIN.to_owned()), proof],
    };
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Says what a decision has to say. It is neutral on purpose: a reason would tell how to get around it.
fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::NotAccepted => "We cannot accept you as a customer.",
        Notice::NotEligible => "You do not meet the conditions of this service.",
        Notice::NotAvailableThere => "This service is not available where you live.",
        Notice::IdentityNotConfirmed => "Your identity could not be confirmed.",
        Notice::GiveAgain => AGAIN,
    }
}

/// Says why a field was rejected.
pub(super) fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Disputed => {
            "This differs from what the identity provider confirmed. \
             Correct it, or leave it, and verify your identity again."
        }
        Fault::Expired => "Its time is over. Please give what is valid now.",
        Fault::NotAChoice => "This is not among the choices here. Please choose one of them.",
        Fault::Found(flaw) => match flaw {
            Flaw::Unreadable => "It cannot be read. Please give it again, sharp and complete.",
            Flaw::Incomplete => "A part of it is missing. Please give all of it.",
            Flaw::Mismatch => "It does not agree with the rest of what you gave. Please check both.",
            Flaw::WrongDocument => "It is not what was asked for. Please read the description again.",
            Flaw::OutOfDate => "It is out of date. Please give a current one.",
            Flaw::NotAccepted => "It was not accepted. Please give another one.",
        },
    }
}

/// Says what has to be done about a proof.
fn proof_needed(needed: ProofNeeded<'_>, display_name: &str, link: Option<&str>) -> String {
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
