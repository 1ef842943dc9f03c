//! SEP-12's answer about a customer, and the invariants that it has to keep.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::assessment::FieldState;
use crate::domain::facts::Status;
use crate::domain::field::FieldType;

/// The body of `GET /customer`
/// ([SEP-12](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#response)).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerAnswer {
    /// The customer's id, once registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How the customer stands.
    pub status: Status,
    /// What is still to be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<String, FieldAnswer>>,
    /// What was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provided_fields: Option<BTreeMap<String, FieldAnswer>>,
    /// What it means and what to do next, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where the customer can go on in a browser; not of SEP-12, `message` ends with the same URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_info_url: Option<String>,
}

/// A field as SEP-12 describes it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldAnswer {
    /// The data type.
    pub r#type: FieldType,
    /// What it is, for people.
    pub description: Cow<'static, str>,
    /// The values it can have, if they are few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Vec<Cow<'static, str>>>,
    /// Whether it may be left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// How a provided field stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<FieldState>,
    /// Why a provided field was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Cow<'static, str>>,
}

/// What is wrong with an answer; it is logged, and the wallet gets a 500 instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvariantError {
    /// SEP-12: "The `fields` entry is required in this case."
    #[error("NEEDS_INFO without fields")]
    NeedsInfoWithoutFields,
    /// Nothing to give, and no word on what to do instead.
    #[error("NEEDS_INFO with nothing to give and no message")]
    NothingToDo,
    /// SEP-12: "The `message` must be supplied in this case."
    #[error("REJECTED without message")]
    RejectedWithoutMessage,
    /// SEP-12: accepted customers "should not have any required fields present in the object".
    #[error("ACCEPTED with a required field")]
    AcceptedWithRequiredField,
    /// An id that is there but says nothing.
    #[error("empty id")]
    EmptyId,
}

impl CustomerAnswer {
    /// Makes an answer that says no more than a status.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self { id: None, status, fields: None, provided_fields: None, message: None, more_info_url: None }
    }

    /// Checks what SEP-12 promises to wallets.
    ///
    /// # Errors
    /// The first promise that the answer breaks.
    pub fn check(&self) -> Result<(), InvariantError> {
        if self.id.as_deref() == Some("") {
            return Err(InvariantError::EmptyId);
        }
        let required = self.fields.iter().flat_map(BTreeMap::values).any(|field| !field.optional);
        match (self.status, &self.fields) {
            (Status::NeedsInfo, None) => Err(InvariantError::NeedsInfoWithoutFields),
            (Status::NeedsInfo, Some(_)) if !required && !self.explains_itself() => Err(InvariantError::NothingToDo),
            (Status::Rejected, _) if !self.explains_itself() => Err(InvariantError::RejectedWithoutMessage),
            (Status::Accepted, _) if required => Err(InvariantError::AcceptedWithRequiredField),
            (Status::NeedsInfo | Status::Rejected | Status::Accepted | Status::Processing, _) => Ok(()),
        }
    }

    fn explains_itself(&self) -> bool {
        self.message.as_ref().is_some_and(|message| !message.is_empty())
    }
}
