//! A decision as a form brings it.

use std::collections::BTreeMap;

use crate::domain::decision::{Flaw, Notice, Verdict};
use crate::domain::pii::Pii;
use crate::domain::submission::RawValue;
use crate::http::ApiError;
use crate::http::forms::text;
use crate::http::operator::check_reason;
use crate::integration::review::NewDecision;

/// What stands before the name of a field in the name of the input that says what is wrong with it.
const FLAW: &str = "flaw:";

/// Reads why something is done, with lines as they were typed: a form ends each with CR LF
/// ([RFC 7578 §4.8](https://www.rfc-editor.org/rfc/rfc7578#section-4.8)).
pub(super) fn read_reason(values: &[(String, RawValue)]) -> Result<String, ApiError> {
    let reason = text(values, "reason").unwrap_or_default().replace("\r\n", "\n");
    check_reason(&reason)?;
    Ok(reason.trim().to_owned())
}

/// A decision that is not made yet.
pub(super) struct Draft {
    pub(super) customer_type: String,
    pub(super) verdict: Verdict,
    pub(super) notice: Option<Notice>,
    pub(super) reason: String,
    /// By field, what is wrong with it.
    pub(super) flaws: BTreeMap<String, Flaw>,
    /// The version of what was seen.
    version: i64,
}

impl Draft {
    /// Reads the forms of the customer's page.
    pub(super) fn read(values: &[(String, RawValue)]) -> Result<Self, ApiError> {
        let malformed = || ApiError::bad_request("this form is none of the customer's page");
        let value = |name| text(values, name).unwrap_or_default();
        let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.status().as_str() == value("status"));
        let notice = |key: &str| Notice::ALL.into_iter().find(|notice| notice.key() == key).ok_or_else(malformed);
        let flaw = |(name, key): (&str, &str)| {
            let flaw = Flaw::ALL.into_iter().find(|flaw| flaw.key() == key).ok_or_else(malformed)?;
            Ok::<_, ApiError>((name.to_owned(), flaw))
        };
        let flaws = values.iter().filter_map(|(name, _)| Some((name.strip_prefix(FLAW)?, value(name))));
        Ok(Self {
            customer_type: value("type").to_owned(),
            verdict: verdict.ok_or_else(malformed)?,
            notice: text(values, "message").map(notice).transpose()?,
            reason: read_reason(values)?,
            flaws: flaws.filter(|(_, key)| !key.is_empty()).map(flaw).collect::<Result<_, _>>()?,
            version: value("version").parse().map_err(|_| malformed())?,
        })
    }

    /// Tells whether it asks for something again without saying for what.
    pub(super) fn asks_for_nothing(&self) -> bool {
        self.verdict == Verdict::NeedsInfo && self.flaws.is_empty()
    }

    /// The decision, about the version that was seen and no other.
    pub(super) fn decision(&self) -> NewDecision {
        NewDecision {
            customer_type: self.customer_type.clone(),
            verdict: self.verdict,
            notice: self.notice,
            reason: (!self.reason.is_empty()).then(|| Pii::new(self.reason.clone())),
            fields: self.flaws.iter().map(|(name, flaw)| (name.clone(), Some(*flaw))).collect(),
            version: Some(self.version),
        }
    }
}
