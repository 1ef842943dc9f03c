//! The SEP-9 catalogue: every standard field, how it is spelled, and what its value has to look like.
//!
//! Validators stand per field, not per type: `card.expiration_date` is a `date` but reads `YY-MM`, and
//! `card.country_code` has two letters where all other country codes have three.
//!
//! Adding a field:
//! 1. add its row to the file of its SEP-9 section, spelled as SEP-9 spells it;
//! 2. other spellings of the same field go into `.or(…)`, not into a row of their own;
//! 3. a file is `Field::file`, or `Field::recording` if it may be a video; free text is `Field::text` (one line) or
//!    `Field::lines`; everything else names its validator in `check/`;
//! 4. a new validator says what it needs in words that finish the sentence "'field' …", in every language, never repeats
//!    the value, and stands in `check/mod.rs` with a pattern that refuses nothing it takes, and with how it is written;
//! 5. a value that names the end of its own time says so by `.expiring(…)`;
//! 6. an address that can receive a code is a `Field::email` or `Field::phone`;
//! 7. add the name to `tests/domain/sep9_names.txt` and its good and bad values to `tests/domain/fields.rs`.
//!
//! Source: [SEP-9 1.17](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0009.md).

mod card;
mod check;
mod codes;
mod custom;
mod financial_account;
mod natural_person;
mod need;
mod notation;
mod organization;
mod shape;
mod text;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use time::Date;
use utoipa::ToSchema;

use super::clock::Timestamp;
use super::file::FileType;
use super::language::{Language, Message, Text};
use super::verification::Channel;
use check::{Check, EMAIL, Expiry, PHONE};
pub use codes::Codes;
pub use custom::{CustomField, CustomFieldError, CustomFieldSettings, FieldRef};
pub(in crate::domain) use need::{A_FILE, Need};
pub use notation::Notation;
pub use shape::Shape;
pub(crate) use text::line;

/// The longest field name that a request may use, in characters.
const MAX_NAME: usize = 64;

/// SEP-12's types of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    String,
    /// A file; it travels as a part of a multipart body.
    Binary,
    /// A whole number.
    Number,
    /// A day, or the month of a card.
    Date,
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Binary => "binary",
            Self::Number => "number",
            Self::Date => "date",
        })
    }
}

/// One field of SEP-9. There is one value of it for each field, in the catalogue.
pub struct Field {
    /// The canonical spelling, under which values are stored.
    pub name: &'static str,
    /// The other spellings.
    pub aliases: &'static [&'static str],
    /// What SEP-12 calls its type.
    pub kind: FieldType,
    /// What it is, for the person who is asked for it.
    pub description: Text,
    /// The only values that it may have; empty when there is no such list.
    pub choices: &'static [&'static str],
    /// Whether a value may be kept; if not, it is checked and dropped, so it is nothing to ask for.
    pub is_stored: bool,
    /// The types of files that it takes; empty when it is none.
    pub file_types: &'static [FileType],
    /// How a code reaches whoever can be reached by it.
    pub channel: Option<Channel>,
    rule: Rule,
    expiry: Option<Expiry>,
}

/// How a value is judged. All but files obey the rules of `text` first.
#[derive(Clone, Copy)]
enum Rule {
    File,
    Line,
    Lines,
    Choice,
    Checked(Check),
}

/// Why a value was refused; `Display` is fit for the person who sent it and never repeats the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Language::En))]
pub struct FieldError {
    name: Cow<'static, str>,
    need: Need,
}

impl FieldError {
    /// Joins a name with what its value needs, in words that finish the sentence "'name' …".
    pub(in crate::domain) fn new(name: impl Into<Cow<'static, str>>, need: impl Into<Need>) -> Self {
        Self { name: name.into(), need: need.into() }
    }

    /// Says it in one language.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        format!("'{}' {}", self.name, self.need(language))
    }

    /// Says what the value needs, in words that finish the sentence "'field' …".
    #[must_use]
    pub fn need(&self, language: Language) -> Cow<'static, str> {
        self.need.say(language)
    }

    /// The field, as it was spelled.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names the field as the request spelled it.
    #[must_use]
    pub fn spelled(self, name: &str) -> Self {
        Self { name: name.to_owned().into(), ..self }
    }
}

impl From<FieldError> for Message {
    fn from(error: FieldError) -> Self {
        Self::spoken(|language| error.say(language))
    }
}

/// Finds a field by any of its spellings. Case matters, as it does in SEP-9.
#[must_use]
pub fn find(name: &str) -> Option<&'static Field> {
    static BY_NAME: LazyLock<HashMap<&str, &Field>> =
        LazyLock::new(|| all().flat_map(|field| field.spellings().map(move |name| (name, field))).collect());
    BY_NAME.get(name).copied()
}

/// Lists the catalogue in the order of SEP-9.
pub fn all() -> impl Iterator<Item = &'static Field> {
    [natural_person::FIELDS, financial_account::FIELDS, organization::FIELDS, card::FIELDS].into_iter().flatten()
}

/// Tells whether a name could be that of a field: letters, digits and `_`, one `.` in between at most, 64 characters.
#[must_use]
pub fn is_well_formed(name: &str) -> bool {
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (head, tail) = name.split_once('.').map_or((name, None), |(head, tail)| (head, Some(tail)));
    name.len() <= MAX_NAME && is_word(head) && tail.is_none_or(is_word)
}

impl Field {
    /// Reads a value and gives the form to store: NFC, else verbatim.
    ///
    /// `today` (UTC) bounds dates of the past. The check is complete but for `mobile_number`, which SEP-9 allows to be
    /// a hash when the request says so; here it is a number.
    ///
    /// # Errors
    /// Names the canonical spelling and what the value needs.
    pub fn parse(&'static self, text: &str, today: Date) -> Result<String, FieldError> {
        self.parse_by(self.rule, text, today)
    }

    /// Reads a `mobile_number` that came with `mobile_number_format` `hash`.
    pub(in crate::domain) fn parse_hash(&'static self, text: &str, today: Date) -> Result<String, FieldError> {
        self.parse_by(Rule::Checked(check::HASH), text, today)
    }

    fn parse_by(&'static self, rule: Rule, text: &str, today: Date) -> Result<String, FieldError> {
        let refuse = |need: &'static Text| FieldError::new(self.name, need);
        match rule {
            Rule::File => Err(refuse(&A_FILE)),
            Rule::Line => text::line(text).map_err(refuse),
            Rule::Lines => text::lines(text).map_err(refuse),
            Rule::Choice if self.choices.contains(&text) => Ok(text.to_owned()),
            Rule::Choice => Err(FieldError::new(self.name, Need::one_of(self.choices))),
            Rule::Checked(check) => {
                let value = text::line(text).map_err(refuse)?;
                check.judge(&value, today).map_err(refuse)?;
                Ok(value)
            }
        }
    }

    fn shape(&self) -> Shape {
        match self.rule {
            Rule::Lines => Shape::LINES,
            Rule::File | Rule::Line | Rule::Choice => Shape::LINE,
            Rule::Checked(_) if self.name == "mobile_number" => check::PHONE_OR_HASH,
            Rule::Checked(check) => check.shape(),
        }
    }

    fn notation(&self) -> Notation {
        match self.rule {
            Rule::Lines => Notation::Lines,
            Rule::File | Rule::Line | Rule::Choice => Notation::Line,
            Rule::Checked(check) => check.notation(),
        }
    }

    /// Tells when a value stops counting, if it says so itself; it is one that [`parse`](Self::parse) gave.
    #[must_use]
    pub fn expires_at(&self, value: &str) -> Option<Timestamp> {
        self.expiry.and_then(|expiry| expiry(value))
    }

    /// Finds the catalogue's own copy of one of the field's spellings.
    pub(in crate::domain) fn spelling(&'static self, sent: &str) -> &'static str {
        self.spellings().find(|name| *name == sent).unwrap_or(self.name)
    }

    /// Lists the canonical spelling and then the others.
    pub fn spellings(&'static self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    const fn new(name: &'static str, kind: FieldType, description: Text, rule: Rule) -> Self {
        Self {
            name,
            aliases: &[],
            kind,
            description,
            choices: &[],
            is_stored: true,
            file_types: &[],
            channel: None,
            rule,
            expiry: None,
        }
    }

    const fn text(name: &'static str, description: Text) -> Self {
        Self::new(name, FieldType::String, description, Rule::Line)
    }

    const fn lines(name: &'static str, description: Text) -> Self {
        Self::new(name, FieldType::String, description, Rule::Lines)
    }

    const fn checked(name: &'static str, description: Text, check: Check) -> Self {
        Self::new(name, FieldType::String, description, Rule::Checked(check))
    }

    /// An address at which the customer receives mail.
    const fn email(name: &'static str, description: Text) -> Self {
        Self { channel: Some(Channel::Email), ..Self::checked(name, description, EMAIL) }
    }

    /// A number at which the customer receives messages.
    const fn phone(name: &'static str, description: Text) -> Self {
        Self { channel: Some(Channel::Phone), ..Self::checked(name, description, PHONE) }
    }

    const fn choice(name: &'static str, description: Text, choices: &'static [&'static str]) -> Self {
        Self { choices, ..Self::new(name, FieldType::String, description, Rule::Choice) }
    }

    const fn number(name: &'static str, description: Text, check: Check) -> Self {
        Self::new(name, FieldType::Number, description, Rule::Checked(check))
    }

    const fn date(name: &'static str, description: Text, check: Check) -> Self {
        Self::new(name, FieldType::Date, description, Rule::Checked(check))
    }

    const fn file(name: &'static str, description: Text) -> Self {
        Self { file_types: &FileType::DOCUMENTS, ..Self::new(name, FieldType::Binary, description, Rule::File) }
    }

    const fn recording(name: &'static str, description: Text) -> Self {
        Self { file_types: &FileType::ALL, ..Self::file(name, description) }
    }

    const fn expiring(self, expiry: Expiry) -> Self {
        Self { expiry: Some(expiry), ..self }
    }

    const fn never_stored(self) -> Self {
        Self { is_stored: false, ..self }
    }

    const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
