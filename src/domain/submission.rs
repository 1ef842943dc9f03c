//! What a `PUT /customer` carries besides files: who is meant, and the values of the fields that are asked for.
//!
//! Source: [SEP-12, Customer PUT](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0012.md#customer-put).

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::field::{self, A_FILE, FieldError, FieldRef, FieldType};
use super::file::FileId;
use super::language::{Message, Text};
use super::pii::Pii;
use super::session::Naming;
use super::verification::{self, Code};

/// The longest parameter, in bytes.
const MAX_PARAMETER: usize = 1024;

/// What SEP-12 puts behind the name of a field that takes a file, to name one that was posted before.
pub const FILE_ID: &str = "_file_id";

/// The names of a PUT that are not fields.
pub const PARAMETERS: [&str; 7] = ["id", "account", "memo", "memo_type", "type", "transaction_id", "lang"];

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
    /// Codes, by the canonical name of the field that they verify.
    pub codes: BTreeMap<String, Code>,
    /// The files that were posted before, by canonical name of the field.
    pub file_ids: BTreeMap<String, FileReference>,
    /// How many names were ignored: no field of SEP-9, or one that nobody asks for.
    pub ignored: usize,
}

/// A file that a PUT names instead of bringing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReference {
    /// The name as it was sent, `…_file_id`.
    pub name: String,
    /// The file.
    pub id: FileId,
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
    /// A verification code, for what is no field that a code can be sent to.
    #[error("'{0}' cannot be used: no code is sent for that")]
    Verification(String),
    /// The id of a file, for what takes none.
    #[error("'{0}' cannot be used: there is no such field that takes a file")]
    NoFileField(String),
    /// A file, and the id of one, for one field; or two ids.
    #[error("'{0}' names a file for a field that is given already: give only one of them")]
    SecondFile(String),
    /// A file that is not there, whatever the reason.
    #[error("'{0}' names an unknown file: send it to POST /customer/files first")]
    UnknownFile(String),
}

impl From<SubmissionError> for Message {
    fn from(error: SubmissionError) -> Self {
        match error {
            SubmissionError::Value(error) => error.into(),
            SubmissionError::Name
            | SubmissionError::Repeated(_)
            | SubmissionError::Spellings(_)
            | SubmissionError::Verification(_)
            | SubmissionError::NoFileField(_)
            | SubmissionError::SecondFile(_)
            | SubmissionError::UnknownFile(_) => error.to_string().into(),
        }
    }
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
        let (submission, errors) = Self::parse_all(pairs, asked, today)?;
        errors.into_iter().next().map_or(Ok(submission), Err)
    }

    /// Reads the same, and goes on after a bad value: what is good, and all that is not.
    ///
    /// # Errors
    /// The first name that is wrong.
    pub fn parse_all(
        pairs: Vec<(String, RawValue)>,
        asked: Asked<'_>,
        today: Date,
    ) -> Result<(Self, Vec<SubmissionError>), SubmissionError> {
        let given = by_name(pairs)?;
        let judge = Judge { asked, today, hashed_mobile_number: says_hash(&given, asked) };
        let mut submission = Self::default();
        let taken = given.into_iter().filter_map(|(name, value)| submission.take(name, value, &judge).err());
        let errors = taken.collect();
        Ok((submission, errors))
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
        if name == "lang" {
            // Read where the answer is made. Whatever it says, it is no reason to refuse.
        } else if let Some((name, parameter)) = self.parameter(&name) {
            *parameter = Some(parse_parameter(name, value)?);
        } else if let Some(field) = (judge.asked)(&name) {
            let value = judge.parse(&field, &name, value)?;
            if field.is_stored() {
                self.values.insert(field.name().to_owned(), Pii::new(value));
            }
        } else if let Some(stem) = name.strip_suffix(verification::SUFFIX) {
            let field = judge.verifiable(stem).ok_or_else(|| SubmissionError::Verification(name.clone()))?;
            self.codes.insert(field.name().to_owned(), parse_code(name, &value)?);
        } else if let Some(stem) = name.strip_suffix(FILE_ID) {
            match judge.file_field(stem) {
                Some(field) => self.take_file_id(field.name(), &name, value)?,
                None if field::find(stem).is_some_and(|field| field.kind == FieldType::Binary) => self.ignored += 1,
                None => return Err(SubmissionError::NoFileField(name)),
            }
        } else {
            self.ignored += 1;
        }
        Ok(())
    }

    fn take_file_id(&mut self, field: &str, name: &str, value: RawValue) -> Result<(), SubmissionError> {
        let RawValue::Text(text) = value else {
            return Err(FieldError::new(name.to_owned(), &A_TEXT).into());
        };
        let id = FileId::parse(&text).ok_or_else(|| SubmissionError::UnknownFile(name.to_owned()))?;
        let reference = FileReference { name: name.to_owned(), id };
        let is_second = self.file_ids.insert(field.to_owned(), reference).is_some();
        if is_second { Err(SubmissionError::SecondFile(name.to_owned())) } else { Ok(()) }
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
    /// Finds a field that is asked for and takes a file.
    fn file_field(&self, name: &str) -> Option<FieldRef> {
        (self.asked)(name).filter(|field| field.kind() == FieldType::Binary)
    }

    /// Finds an asked field that a code can be sent to.
    fn verifiable(&self, name: &str) -> Option<FieldRef> {
        (self.asked)(name).filter(|field| field.channel().is_some())
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

/// What a code has to be.
const SIX_DIGITS: Text = Text {
    en: "must be the six digits of a code, as text",
    es: "debe constar de las seis cifras de un código, como texto",
    de: "muss aus den sechs Ziffern eines Codes bestehen, als Text",
};

fn parse_code(name: String, value: &RawValue) -> Result<Code, FieldError> {
    let code = match value {
        RawValue::Text(text) => Code::parse(text),
        RawValue::Number(_) | RawValue::Other => None,
    };
    code.ok_or_else(|| FieldError::new(name, &SIX_DIGITS))
}

/// What a JSON value of the wrong kind should have been.
fn expected(kind: FieldType) -> &'static Text {
    match kind {
        FieldType::String | FieldType::Date => &A_TEXT,
        FieldType::Number => &A_NUMBER,
        FieldType::Binary => &A_FILE,
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
    let is_memo = name == "memo";
    let text = match value {
        RawValue::Text(text) => text,
        RawValue::Number(digits) if is_memo => digits,
        RawValue::Number(_) | RawValue::Other => {
            return Err(FieldError::new(name, if is_memo { &A_MEMO } else { &A_TEXT }));
        }
    };
    if text.is_empty() {
        Err(FieldError::new(name, &SOMETHING))
    } else if text.len() > MAX_PARAMETER {
        Err(FieldError::new(name, &SHORT))
    } else if text.contains(char::is_control) {
        Err(FieldError::new(name, &PLAIN))
    } else {
        Ok(text)
    }
}

/// What single values need, in words that finish the sentence "'name' …".
const A_TEXT: Text = Text { en: "must be text", es: "debe ser texto", de: "muss Text sein" };
const A_NUMBER: Text = Text {
    en: "must be a whole number or its digits as text",
    es: "debe ser un número entero o sus dígitos como texto",
    de: "muss eine ganze Zahl sein oder deren Ziffern als Text",
};
const A_MEMO: Text = Text {
    en: "must be text or a whole number from 0 to 18446744073709551615",
    es: "debe ser texto o un número entero de 0 a 18446744073709551615",
    de: "muss Text sein oder eine ganze Zahl von 0 bis 18446744073709551615",
};
const SOMETHING: Text = Text { en: "must not be empty", es: "no debe estar vacío", de: "darf nicht leer sein" };
const SHORT: Text = Text {
    en: "must be at most 1024 bytes",
    es: "debe tener como máximo 1024 bytes",
    de: "darf höchstens 1024 Bytes lang sein",
};
const PLAIN: Text = Text {
    en: "must not contain control characters",
    es: "no debe contener caracteres de control",
    de: "darf keine Steuerzeichen enthalten",
};
