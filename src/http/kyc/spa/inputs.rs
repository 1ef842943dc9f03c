//! From a field that is asked for to what a form shows for it.

use super::complaints::capitalised;
use super::{AGAIN, Complaints};
use crate::domain::field::{FieldRef, FieldType};
use crate::domain::file::{FileType, any_of};
use crate::domain::requirement::AskedField;
use crate::domain::verification::{Channel, SUFFIX};
use crate::http::language::spoken;
use crate::http::pages::{CodeEntry, Control, Input, Upload};
use crate::integration::explain;
use crate::proof::WantedField;

/// What browsers can fill in by themselves
/// ([HTML](https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill)).
const AUTOCOMPLETE: [(&str, &str); 14] = [
    ("last_name", "family-name"),
    ("first_name", "given-name"),
    ("additional_name", "additional-name"),
    ("state_or_province", "address-level1"),
    ("city", "address-level2"),
    ("postal_code", "postal-code"),
    ("address", "street-address"),
    ("mobile_number", "tel"),
    ("email_address", "email"),
    ("birth_date", "bday"),
    ("sex", "sex"),
    ("occupation", "off"),
    ("organization.name", "organization"),
    ("organization.website", "url"),
];

/// The fields whose picture is one of the customer.
const PORTRAITS: [&str; 1] = ["proof_of_liveness"];

/// Shows a field that is typed.
pub(super) fn input(wanted: &WantedField, complaints: &Complaints) -> Input {
    let reason = wanted.fault.map(|fault| explain(fault).say(spoken()).to_owned());
    Input { is_optional: wanted.is_optional, reason, ..bare(&wanted.asked, complaints) }
}

/// Shows a field that takes a file.
pub(super) fn upload(wanted: &WantedField, complaints: &Complaints) -> Upload {
    let AskedField { field, spelling, .. } = &wanted.asked;
    let (label, hint) = words(field);
    let types = field.file_types();
    let accept: Vec<_> = types.iter().map(|file_type| file_type.content_type()).collect();
    Upload {
        name: spelling.clone(),
        label,
        hint,
        accept: accept.join(","),
        kinds: kinds(types),
        camera: if PORTRAITS.contains(&field.name()) { "user" } else { "environment" },
        is_optional: wanted.is_optional,
        reason: wanted.fault.map(|fault| explain(fault).say(spoken()).to_owned()),
        error: complaints.errors.get(spelling).cloned(),
    }
}

/// Shows a field that waits for a code.
pub(super) fn code(asked: &AskedField, complaints: &Complaints) -> CodeEntry {
    let name = format!("{}{SUFFIX}", asked.spelling);
    CodeEntry {
        error: complaints.errors.get(&name).cloned(),
        name,
        again: format!("{}{AGAIN}", asked.spelling),
        field: bare(asked, complaints),
    }
}

/// Says what a field is.
pub(super) fn label(field: &FieldRef) -> String {
    words(field).0
}

fn bare(asked: &AskedField, complaints: &Complaints) -> Input {
    let AskedField { field, spelling, .. } = asked;
    let control = control(asked);
    let (label, hint) = words(field);
    let choice = |value: &str| (value.to_owned(), value.replace('_', " "));
    Input {
        name: spelling.clone(),
        label,
        // A browser shows days in its own way.
        hint: hint.filter(|_| control != Control::Day),
        control,
        choices: asked.listed_choices().iter().map(|value| choice(value)).collect(),
        autocomplete: AUTOCOMPLETE.iter().find(|(name, _)| *name == field.name()).map(|(_, token)| *token),
        is_optional: asked.optional,
        reason: None,
        typed: complaints.typed.get(spelling).map(|typed| typed.expose().clone()).unwrap_or_default(),
        error: complaints.errors.get(spelling).cloned(),
    }
}

fn control(asked: &AskedField) -> Control {
    let shape = asked.field.shape();
    match (asked.field.channel(), asked.field.kind()) {
        _ if !asked.listed_choices().is_empty() => Control::Choice,
        (Some(Channel::Email), _) => Control::Email,
        (Some(Channel::Phone), _) => Control::Phone,
        // All but the month of a card.
        (None, FieldType::Date) if shape.pattern.is_some_and(|pattern| pattern.starts_with("^[0-9]{4}-")) => {
            Control::Day
        }
        (None, FieldType::Number) => Control::Number,
        (None, FieldType::String) if shape.max_length > FieldRef::LONGEST_LINE => Control::Lines,
        (None, FieldType::String | FieldType::Date | FieldType::Binary) => Control::Line,
    }
}

/// Takes a description apart: what it is, and how it is written, which is what an example or a standard is named for.
fn words(field: &FieldRef) -> (String, Option<String>) {
    let description = field.description(spoken());
    match description.rsplit_once(", ") {
        Some((what, how)) if how.contains(|letter: char| letter.is_ascii_digit()) => {
            (what.to_owned(), Some(capitalised(how)))
        }
        Some(_) | None => (description.into_owned(), None),
    }
}

/// Lists types of files in capitals, as people know them.
fn kinds(types: &[FileType]) -> String {
    let mut listed = any_of(types, spoken());
    for file_type in types {
        let ending = file_type.to_string();
        listed = listed.replace(&ending, &ending.to_uppercase());
    }
    listed
}
