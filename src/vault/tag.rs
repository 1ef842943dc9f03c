//! Tags: keyed hashes by which rows are found, and codes and tokens checked, without storing what they stand for.

use aws_lc_rs::{constant_time, hkdf, hmac};

use super::Key;

/// What a tag is for. Each purpose has a key of its own, so a tag of one is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The account of a customer, which finds all customers that share it.
    Account,
    /// A payment target, which finds one customer or bare target.
    Target,
    /// The value of a field, which tells whether a later one is equal.
    FieldValue,
    /// The access token of a payment target's page.
    AccessToken,
    /// The link of a `/kyc-start`.
    StartLink,
    /// The cookie that tells a browser's processes.
    ProcessCookie,
    /// The token of a form.
    FormToken,
    /// The bearer key of an operator.
    OperatorKey,
    /// The key of a customer who was rejected, which outlives the customer.
    Rejection,
    /// A place in a list, as it is handed out.
    Cursor,
    /// A person at a provider, which tells whether the same one proved another customer.
    Subject,
    /// The digits of a verification code.
    VerificationCode,
    /// How often codes were sent to somebody.
    CodeBudget,
    /// The session of an operator at the review console.
    OperatorSession,
}

/// Every purpose, in the order of declaration.
const PURPOSES: [Purpose; Purpose::OperatorSession as usize + 1] = [
    Purpose::Account,
    Purpose::Target,
    Purpose::FieldValue,
    Purpose::AccessToken,
    Purpose::StartLink,
    Purpose::ProcessCookie,
    Purpose::FormToken,
    Purpose::OperatorKey,
    Purpose::Rejection,
    Purpose::Cursor,
    Purpose::Subject,
    Purpose::VerificationCode,
    Purpose::CodeBudget,
    Purpose::OperatorSession,
];

impl Purpose {
    /// Gives the name that enters the derivation: stored tags depend on it, so it never changes.
    fn label(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Target => "target",
            Self::FieldValue => "field value",
            Self::AccessToken => "access token",
            Self::StartLink => "start link",
            Self::ProcessCookie => "process cookie",
            Self::FormToken => "form token",
            Self::OperatorKey => "operator key",
            Self::Rejection => "rejection",
            Self::Cursor => "cursor",
            Self::Subject => "subject",
            Self::VerificationCode => "verification code",
            Self::CodeBudget => "code budget",
            Self::OperatorSession => "operator session",
        }
    }
}

/// The keys of all purposes, in the order of [`PURPOSES`], each expanded from the root secret by HKDF (RFC 5869).
pub(super) struct TagKeys([hmac::Key; PURPOSES.len()]);

impl TagKeys {
    pub(super) fn derive(root: &Key) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"kycd tags").extract(root.as_slice());
        Self(PURPOSES.map(|purpose| {
            let label = [purpose.label().as_bytes()];
            root.expand(&label, hmac::HMAC_SHA256).expect("HKDF gives up to 255 hashes").into()
        }))
    }

    pub(super) fn tag(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0[purpose as usize]);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        *context.sign().as_ref().first_chunk().expect("HMAC-SHA-256 gives 32 bytes")
    }

    pub(super) fn verify(&self, purpose: Purpose, parts: &[&[u8]], tag: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.tag(purpose, parts), tag).is_ok()
    }
}
