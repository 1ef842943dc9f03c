//! What operators do to customers, as it is remembered: names of fields, states and keys, never a value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::decision::{Flaw, Notice, Verdict};

/// Something that an operator did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Decided about a customer of a type.
    Decision {
        /// The type.
        r#type: String,
        /// What was decided.
        status: Verdict,
        /// What the customer is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Notice>,
        /// The fields to be given again, by canonical name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        fields: BTreeMap<String, Flaw>,
        /// The version of the document that was decided about.
        version: i64,
    },
    /// Read a value or a file.
    Reveal {
        /// The canonical name of the field.
        field: String,
    },
}
