//! Fields that the configuration adds to the catalogue, and what stands for a field of either kind.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use time::Date;

use super::check::{self, Check};
use super::{A_FILE, Field, FieldError, FieldType, Need, Notation, Shape, find, is_well_formed, text};
use crate::domain::clock::Timestamp;
use crate::domain::file::FileType;
use crate::domain::language::{Language, Text};
use crate::domain::memo::parse_id;
use crate::domain::submission::{FILE_ID, PARAMETERS};
use crate::domain::verification::{self, Channel};

/// Endings that SEP-12 gives to names of its own.
const ENDINGS: [&str; 2] = [verification::SUFFIX, FILE_ID];

/// A field of the operator's own, like `acme.tax_status`.
#[derive(Debug)]
pub struct CustomField {
    name: String,
    kind: FieldType,
    description: Text<String>,
    choices: Vec<String>,
    form: Form,
    channel: Option<Channel>,
    min: Option<u64>,
    max: Option<u64>,
}

/// What a custom field is made from.
pub struct CustomFieldSettings {
    /// Its one spelling.
    pub name: String,
    /// What SEP-12 calls its type.
    pub kind: FieldType,
    /// What it is, for the person who is asked for it.
    pub description: Text<String>,
    /// The only values that it may have, of a `string`; empty when there is no such list.
    pub choices: Vec<String>,
    /// How a value is written: a name of [`CustomField::formats`], or the plain form of its type.
    pub format: Option<String>,
    /// The least value of a `number`, or the least length of a `string` in characters.
    pub min: Option<u64>,
    /// The greatest value of a `number`, or the greatest length of a `string` in characters.
    pub max: Option<u64>,
}

/// Why there can be no such field; each belongs to one setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomFieldError {
    /// Of the name: malformed, a parameter of SEP-12, or one of its endings.
    #[error(
        "a field's name is letters, digits and _, with one . in between at most, at most 64 characters, no parameter \
         of SEP-12, and ends neither in _verification nor in _file_id"
    )]
    Name,
    /// Of the name: SEP-9 has it.
    #[error("is a SEP-9 field, which needs no description here")]
    Standard,
    /// Of the choices.
    #[error("are for the type string alone, without format, min and max; each once, 1 to 64 characters")]
    Choices,
    /// Of the format.
    #[error("is no format of this type")]
    Format,
    /// Of the limits.
    #[error("min and max are for the types number and string, and min is not above max")]
    Limits,
}

/// The form of a value; files have none.
#[derive(Clone, Copy, Debug)]
enum Form {
    Line,
    Lines,
    Checked(Check),
    /// The last day on which the value itself counts.
    Until,
}

impl CustomField {
    /// Checks the settings and makes the field.
    ///
    /// # Errors
    /// The first setting that is wrong.
    pub fn new(settings: CustomFieldSettings) -> Result<Self, CustomFieldError> {
        let CustomFieldSettings { name, kind, description, choices, format, min, max } = settings;
        let is_taken = PARAMETERS.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending));
        if !is_well_formed(&name) || is_taken {
            return Err(CustomFieldError::Name);
        }
        if find(&name).is_some() {
            return Err(CustomFieldError::Standard);
        }
        let form = Self::form(kind, format.as_deref()).ok_or(CustomFieldError::Format)?;
        let has_limits = min.is_some() || max.is_some();
        if has_limits && !matches!(kind, FieldType::String | FieldType::Number)
            || min.zip(max).is_some_and(|(min, max)| min > max)
        {
            return Err(CustomFieldError::Limits);
        }
        let plain = kind == FieldType::String && format.is_none() && !has_limits;
        let are_good = choices.is_empty() || (plain && are_choices(&choices));
        if !are_good {
            return Err(CustomFieldError::Choices);
        }
        let channel = match format.as_deref() {
            Some("email") => Some(Channel::Email),
            Some("phone") => Some(Channel::Phone),
            Some(_) | None => None,
        };
        Ok(Self { name, kind, description, choices, form, channel, min, max })
    }

    /// Names the formats of a type, besides its plain form.
    #[must_use]
    pub fn formats(kind: FieldType) -> &'static [&'static str] {
        match kind {
            FieldType::String => {
                &["country", "country_alpha2", "email", "ip_address", "language", "lines", "phone", "website"]
            }
            FieldType::Date => &["birth_date", "past_day", "until"],
            FieldType::Number | FieldType::Binary => &[],
        }
    }

    fn form(kind: FieldType, format: Option<&str>) -> Option<Form> {
        Some(match (kind, format) {
            (FieldType::String | FieldType::Binary, None) => Form::Line,
            (FieldType::Number, None) => Form::Checked(check::WHOLE_NUMBER),
            (FieldType::Date, None) => Form::Checked(check::DAY),
            (FieldType::String, Some("lines")) => Form::Lines,
            (FieldType::String, Some("country")) => Form::Checked(check::COUNTRY),
            (FieldType::String, Some("country_alpha2")) => Form::Checked(check::COUNTRY_ALPHA2),
            (FieldType::String, Some("email")) => Form::Checked(check::EMAIL),
            (FieldType::String, Some("ip_address")) => Form::Checked(check::IP_ADDRESS),
            (FieldType::String, Some("language")) => Form::Checked(check::LANGUAGE),
            (FieldType::String, Some("phone")) => Form::Checked(check::PHONE),
            (FieldType::String, Some("website")) => Form::Checked(check::WEBSITE),
            (FieldType::Date, Some("birth_date")) => Form::Checked(check::BIRTH_DATE),
            (FieldType::Date, Some("until")) => Form::Until,
            (FieldType::Date, Some("past_day")) => Form::Checked(check::PAST_DAY),
            (_, Some(_)) => return None,
        })
    }

    fn parse(&self, text: &str, today: Date) -> Result<String, FieldError> {
        let refuse = |need: Need| FieldError::new(self.name.clone(), need);
        if self.kind == FieldType::Binary {
            return Err(refuse(Need::Fixed(&A_FILE)));
        }
        if !self.choices.is_empty() {
            let chosen = self.choices.iter().find(|choice| *choice == text);
            return chosen.cloned().ok_or_else(|| refuse(Need::one_of(&self.choices)));
        }
        let value = match self.form {
            Form::Lines => text::lines(text),
            Form::Line => text::line(text),
            Form::Checked(check) => checked(text, check, today),
            Form::Until => checked(text, check::DAY, today),
        }
        .map_err(|need| refuse(need.into()))?;
        self.check_limits(&value).map_err(refuse)?;
        Ok(value)
    }

    fn shape(&self) -> Shape {
        let is_number = self.kind == FieldType::Number;
        let shape = match self.form {
            Form::Line => Shape::LINE,
            Form::Lines => Shape::LINES,
            Form::Checked(check) => check.shape(),
            Form::Until => check::DAY.shape(),
        };
        if is_number {
            return Shape { least: self.min, greatest: self.max, ..shape };
        }
        let length = |limit: Option<u64>| limit.and_then(|limit| usize::try_from(limit).ok());
        Shape {
            min_length: shape.min_length.max(length(self.min).unwrap_or_default()),
            max_length: shape.max_length.min(length(self.max).unwrap_or(usize::MAX)),
            ..shape
        }
    }

    fn notation(&self) -> Notation {
        match self.form {
            Form::Line => Notation::Line,
            Form::Lines => Notation::Lines,
            Form::Checked(check) => check.notation(),
            Form::Until => Notation::Day,
        }
    }

    fn check_limits(&self, value: &str) -> Result<(), Need> {
        let is_number = self.kind == FieldType::Number;
        let size = if is_number { parse_id(value).unwrap_or(u64::MAX) } else { value.chars().count() as u64 };
        match (self.min, self.max) {
            (Some(min), _) if size < min => Err(if is_number { Need::AtLeast(min) } else { Need::Longer(min) }),
            (_, Some(max)) if size > max => Err(if is_number { Need::AtMost(max) } else { Need::Shorter(max) }),
            _ => Ok(()),
        }
    }
}

fn checked(text: &str, check: Check, today: Date) -> Result<String, &'static Text> {
    let value = text::line(text)?;
    check.judge(&value, today).map(|()| value)
}

fn are_choices(choices: &[String]) -> bool {
    let is_choice = |choice: &String| text::line(choice).as_ref() == Ok(choice) && choice.chars().count() <= 64;
    let is_first = |(index, choice): (usize, &String)| !choices[..index].contains(choice);
    choices.iter().all(is_choice) && choices.iter().enumerate().all(is_first)
}

/// A field that can be asked for: one of the catalogue, or one of the configuration.
#[derive(Clone)]
pub enum FieldRef {
    /// A field of SEP-9.
    Standard(&'static Field),
    /// A field of the operator's own.
    Custom(Arc<CustomField>),
}

impl FieldRef {
    /// The canonical spelling, under which values are stored.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Standard(field) => field.name,
            Self::Custom(field) => &field.name,
        }
    }

    /// What SEP-12 calls its type.
    #[must_use]
    pub fn kind(&self) -> FieldType {
        match self {
            Self::Standard(field) => field.kind,
            Self::Custom(field) => field.kind,
        }
    }

    /// What it is, for the person who is asked for it.
    #[must_use]
    pub fn description(&self, language: Language) -> Cow<'static, str> {
        match self {
            Self::Standard(field) => Cow::Borrowed(field.description.say(language)),
            Self::Custom(field) => Cow::Owned(field.description.get(language).clone()),
        }
    }

    /// The only values that it may have; empty when there is no such list.
    #[must_use]
    pub fn choices(&self) -> Vec<Cow<'static, str>> {
        match self {
            Self::Standard(field) => field.choices.iter().copied().map(Cow::Borrowed).collect(),
            Self::Custom(field) => field.choices.iter().cloned().map(Cow::Owned).collect(),
        }
    }

    /// The types of files that it takes; empty when it is none.
    #[must_use]
    pub fn file_types(&self) -> &'static [FileType] {
        match self {
            Self::Standard(field) => field.file_types,
            Self::Custom(field) if field.kind == FieldType::Binary => &FileType::DOCUMENTS,
            Self::Custom(_) => &[],
        }
    }

    /// Whether a value may be kept.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        match self {
            Self::Standard(field) => field.is_stored,
            Self::Custom(_) => true,
        }
    }

    /// How a code reaches whoever can be reached by it.
    #[must_use]
    pub fn channel(&self) -> Option<Channel> {
        match self {
            Self::Standard(field) => field.channel,
            Self::Custom(field) => field.channel,
        }
    }

    /// What a schema can say of a value, besides its type and choices. `mobile_number` may be a hash besides.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self {
            Self::Standard(field) => field.shape(),
            Self::Custom(field) => field.shape(),
        }
    }

    /// How a value is written.
    #[must_use]
    pub fn notation(&self) -> Notation {
        match self {
            Self::Standard(field) => field.notation(),
            Self::Custom(field) => field.notation(),
        }
    }

    /// Lists the canonical spelling and then the others.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        let aliases: &[&str] = match self {
            Self::Standard(field) => field.aliases,
            Self::Custom(_) => &[],
        };
        std::iter::once(self.name()).chain(aliases.iter().copied())
    }

    /// Reads a value and gives the form to store; see [`Field::parse`].
    ///
    /// # Errors
    /// Names the canonical spelling and what the value needs.
    pub fn parse(&self, text: &str, today: Date) -> Result<String, FieldError> {
        match self {
            Self::Standard(field) => field.parse(text, today),
            Self::Custom(field) => field.parse(text, today),
        }
    }

    /// Tells when a value stops counting, if it says so itself; see [`Field::expires_at`].
    #[must_use]
    pub fn expires_at(&self, value: &str) -> Option<Timestamp> {
        match self {
            Self::Standard(field) => field.expires_at(value),
            Self::Custom(field) => match field.form {
                Form::Until => check::day_over(value),
                Form::Line | Form::Lines | Form::Checked(_) => None,
            },
        }
    }
}

impl From<&'static Field> for FieldRef {
    fn from(field: &'static Field) -> Self {
        Self::Standard(field)
    }
}

impl fmt::Debug for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
