//! From a field that is asked for to what a form shows for it.

use super::choices::choices;
use super::{AGAIN, Complaints};
use crate::domain::field::{FieldRef, Notation};
use crate::domain::file::{FileType, any_of};
use crate::domain::requirement::AskedField;
use crate::domain::verification::SUFFIX;
use crate::http::language::spoken;
use crate::http::pages::{CodeEntry, Control, Input, Upload, capitalised};
use crate::integration::explain;
use crate::proof::WantedField;

/// What browsers can fill in by themselves
/// ([HTML](https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill)), and what none should keep
/// for whoever sits there next.
const AUTOCOMPLETE: [(&str, &str); 30] = [
    ("last_name", "family-name"),
    ("first_name", "given-name"),
    ("additional_name", "additional-name"),
    ("address_country_code", "country-name"),
    ("state_or_province", "address-level1"),
    ("city", "address-level2"),
    ("postal_code", "postal-code"),
    ("address", "street-address"),
    ("mobile_number", "tel"),
    ("email_address", "email"),
    ("birth_date", "bday"),
    ("tax_id", "off"),
    ("occupation", "off"),
    ("employer_name", "organization"),
    ("language_code", "language"),
    ("id_number", "off"),
    ("sex", "sex"),
    ("bank_account_number", "off"),
    ("clabe_number", "off"),
    ("cbu_number", "off"),
    ("crypto_address", "off"),
    ("organization.name", "organization"),
    ("organization.website", "url"),
    ("card.number", "cc-number"),
    ("card.holder_name", "cc-name"),
    ("card.country_code", "billing country"),
    ("card.state_or_province", "billing address-level1"),
    ("card.city", "billing address-level2"),
    ("card.postal_code", "billing postal-code"),
    ("card.address", "billing street-address"),
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
    let choices = choices(asked);
    let control = if choices.is_empty() { control(field.notation()) } else { Control::Choice };
    let (label, hint) = words(field);
    Input {
        name: spelling.clone(),
        label,
        // A browser shows days in its own way, and nobody writes a code.
        hint: hint.filter(|_| !matches!(field.notation(), Notation::Day | Notation::Code(_))),
        control,
        choices,
        autocomplete: AUTOCOMPLETE.iter().find(|(name, _)| *name == field.name()).map(|(_, token)| *token),
        is_optional: asked.optional,
        reason: None,
        typed: complaints.typed.get(spelling).map(|typed| typed.expose().clone()).unwrap_or_default(),
        error: complaints.errors.get(spelling).cloned(),
    }
}

fn control(notation: Notation) -> Control {
    match notation {
        Notation::Line => Control::Line,
        Notation::Lines => Control::Lines,
        Notation::Day => Control::Day,
        Notation::Digits => Control::Number,
        Notation::Email => Control::Email,
        Notation::Phone => Control::Phone,
        Notation::Website => Control::Website,
        Notation::Code(_) => Control::Choice,
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
