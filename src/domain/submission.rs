//! What a `PUT /customer` carries besides files: who is meant, and the values of the fields that are asked for.
//!
//! Source: [SEP-12, Customer PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-put).

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::field::{self, FieldError, FieldRef, FieldType};
use super::pii::Pii;
use super::session::Naming;

/// The longest parameter, in bytes.
const MAX_PARAMETER: usize = 1024;

/// The names of a PUT that are not fields.
pub const PARAMETERS: [&str; 6] = ["id", "account", "memo", "memo_type", "type", "transaction_id"];

/// A value as it came, from a JSON member or a form's text.
pub enum RawValue {
    /// Text.
    Text(String),
    /// A JSON integer that fits `u64`, in its digits.
    Number(String),
    /// Any other JSON value: object, array, null, boolean, fraction, negative or larger number.
    Other,
}

/// A well-formed PUT. It has no `Debug`: it is the customer.
///
/// The files of a multipart body are not in here; they are streamed.
#[derive(Default)]
pub struct Submission {
    /// `id`, from an earlier PUT.
    pub id: Option<String>,
    /// `account`, deprecated.
    pub account: Option<String>,
    /// `memo`; a JSON number is its digits.
    pub memo: Option<String>,
    /// `memo_type`, deprecated.
    pub memo_type: Option<String>,
    /// `type`.
    pub customer_type: Option<String>,
    /// `transaction_id`.
    pub transaction_id: Option<String>,
    /// The values to store, by canonical name, in NFC. `card.cvc` is never among them: it is checked and dropped.
    pub values: BTreeMap<String, Pii<String>>,
    /// How many names were ignored: no field of SEP-9, or one that nobody asks for.
    pub ignored: usize,
}

/// Why a PUT was refused; `Display` is fit for the person who sent it and never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// A name that cannot be a field's.
    #[error("field names must be letters, digits and '_', with one '.' in between at most, and at most 64 characters")]
    Name,
    /// A name that occurs twice.
    #[error("'{0}' must be given only once")]
    Repeated(String),
    /// Two spellings of one field.
    #[error("'{0}' has two spellings: give only one of them")]
    Spellings(&'static str),
    /// A parameter or a field with a value that it cannot have.
    #[error(transparent)]
    Value(#[from] FieldError),
    /// A verification code, for a field that needs none.
    #[error("'{0}' cannot be used: this server sends no verification codes")]
    Verification(String),
    /// The id of a file uploaded before.
    #[error("'{0}' cannot be used: send the file itself as multipart/form-data")]
    FileId(String),
}

/// Finds a field that is asked for by one of its spellings.
pub type Asked<'a> = &'a dyn Fn(&str) -> Option<FieldRef>;

/// What judging a value depends on, besides the value.
struct Judge<'a> {
    asked: Asked<'a>,
    today: Date,
    hashed_mobile_number: bool,
}

impl Submission {
    /// Reads the names and values of a PUT. `asked` finds the fields that are asked for; others are neither validated
    /// nor kept. `today` is the day in UTC.
    ///
    /// # Errors
    /// The first thing that is wrong: names before values, values in the order of their names.
    pub fn parse(pairs: Vec<(String, RawValue)>, asked: Asked<'_>, today: Date) -> Result<Self, SubmissionError> {
        let given = by_name(pairs)?;
        let judge = Judge { asked, today, hashed_mobile_number: says_hash(&given, asked) };
        let mut submission = Self::default();
        for (name, value) in given {
            submission.take(name, value, &judge)?;
        }
        Ok(submission)
    }

    /// Gives the parameters that name the customer.
    #[must_use]
    pub fn naming(&self) -> Naming<'_> {
        Naming {
            id: self.id.as_deref(),
            account: self.account.as_deref(),
            memo: self.memo.as_deref(),
            memo_type: self.memo_type.as_deref(),
        }
    }

    fn take(&mut self, name: String, value: RawValue, judge: &Judge<'_>) -> Result<(), SubmissionError> {
        if let Some((name, parameter)) = self.parameter(&name) {
            *parameter = Some(parse_parameter(name, value)?);
        } else if let Some(field) = (judge.asked)(&name) {
            let value = judge.parse(&field, &name, value)?;
            if field.is_stored() {
                self.values.insert(field.name().to_owned(), Pii::new(value));
            }
        } else if judge.asks_stem(&name, "_verification") {
            return Err(SubmissionError::Verification(name));
        } else if judge.asks_stem(&name, "_file_id") {
            return Err(SubmissionError::FileId(name));
        } else {
            self.ignored += 1;
        }
        Ok(())
    }

    /// Finds where a parameter goes.
    fn parameter(&mut self, name: &str) -> Option<(&'static str, &mut Option<String>)> {
        match name {
            "id" => Some(("id", &mut self.id)),
            "account" => Some(("account", &mut self.account)),
            "memo" => Some(("memo", &mut self.memo)),
            "memo_type" => Some(("memo_type", &mut self.memo_type)),
            "type" => Some(("type", &mut self.customer_type)),
            "transaction_id" => Some(("transaction_id", &mut self.transaction_id)),
            _ => None,
        }
    }
}

impl Judge<'_> {
    /// Tells whether a name is that of an asked field followed by `suffix`.
    fn asks_stem(&self, name: &str, suffix: &str) -> bool {
        name.strip_suffix(suffix).is_some_and(|stem| (self.asked)(stem).is_some())
    }

    fn parse(&self, field: &FieldRef, spelling: &str, value: RawValue) -> Result<String, FieldError> {
        let text = match value {
            RawValue::Text(text) => text,
            RawValue::Number(digits) if field.kind() == FieldType::Number => digits,
            RawValue::Number(_) | RawValue::Other => {
                return Err(FieldError::new(spelling.to_owned(), expected(field.kind())));
            }
        };
        let parsed = match field {
            FieldRef::Standard(field) if field.name == "mobile_number" && self.hashed_mobile_number => {
                field.parse_hash(&text, self.today)
            }
            FieldRef::Standard(_) | FieldRef::Custom(_) => field.parse(&text, self.today),
        };
        parsed.map_err(|error| error.spelled(spelling))
    }
}

/// What a JSON value of the wrong kind should have been.
fn expected(kind: FieldType) -> &'static str {
    match kind {
        FieldType::String | FieldType::Date => "must be text",
        FieldType::Number => "must be a whole number or its digits as text",
        FieldType::Binary => "is binary: send it as multipart/form-data",
    }
}

/// Sorts by name, and refuses names that are malformed, repeated, or two spellings of one field.
fn by_name(pairs: Vec<(String, RawValue)>) -> Result<BTreeMap<String, RawValue>, SubmissionError> {
    let mut given = BTreeMap::new();
    let mut fields = BTreeSet::new();
    for (name, value) in pairs {
        if !field::is_well_formed(&name) {
            return Err(SubmissionError::Name);
        }
        if given.contains_key(&name) {
            return Err(SubmissionError::Repeated(name));
        }
        if let Some(field) = field::find(&name)
            && !fields.insert(field.name)
        {
            return Err(SubmissionError::Spellings(field.spelling(&name)));
        }
        given.insert(name, value);
    }
    Ok(given)
}

/// SEP-9: `mobile_number` is in E.164 "unless specified differently on `mobile_number_format`". A format that nobody
/// asks for is not kept, so it cannot count.
fn says_hash(given: &BTreeMap<String, RawValue>, asked: Asked<'_>) -> bool {
    const NAME: &str = "mobile_number_format";
    matches!(given.get(NAME), Some(RawValue::Text(format)) if format == "hash") && asked(NAME).is_some()
}

fn parse_parameter(name: &'static str, value: RawValue) -> Result<String, FieldError> {
    let (is_memo, memo) = (name == "memo", "must be text or a whole number from 0 to 18446744073709551615");
    let text = match value {
        RawValue::Text(text) => text,
        RawValue::Number(digits) if is_memo => digits,
        RawValue::Number(_) | RawValue::Other => {
            return Err(FieldError::new(name, if is_memo { memo } else { "must be text" }));
        }
    };
    if text.is_empty() {
        Err(FieldError::new(name, "must not be empty"))
    } else if text.len() > MAX_PARAMETER {
        Err(FieldError::new(name, "must be at most 1024 bytes"))
    } else if text.contains(char::is_control) {
        Err(FieldError::new(name, "must not contain control characters"))
    } else {
        Ok(text)
    }
}
