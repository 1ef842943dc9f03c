//! `[custom_fields."NAMESPACE.NAME"]`: fields that SEP-9 does not have.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::parse::{self, choice};
use super::problem::Fault;
use super::reader::Section;
use crate::domain::field::{CustomField, CustomFieldError, CustomFieldSettings, FieldType};
use crate::domain::language::Text;

const TYPES: [(&str, FieldType); 4] = [
    ("string", FieldType::String),
    ("number", FieldType::Number),
    ("date", FieldType::Date),
    ("binary", FieldType::Binary),
];

/// Reads the table, which stands in the root of the configuration.
pub(super) fn read(root: &mut Section<'_>) -> BTreeMap<String, Arc<CustomField>> {
    root.named("custom_fields", None, |name, section| read_one(name, section).map(Arc::new))
}

fn read_one(name: &str, section: &mut Section<'_>) -> Option<CustomField> {
    let kind = section.required("type", choice(&TYPES));
    let description = section.required("description", parse::text);
    let [es, de] = ["description_es", "description_de"].map(|key| section.optional(key, parse::text));
    let choices = section.list("choices", parse::text).unwrap_or_default();
    let format = section.optional("format", parse::text);
    let min = section.optional("min", parse::whole_number);
    let max = section.optional("max", parse::whole_number);
    let settings = CustomFieldSettings {
        name: name.to_owned(),
        kind: kind?,
        description: Text {
            es: es.or_else(|| description.clone())?,
            de: de.or_else(|| description.clone())?,
            en: description?,
        },
        choices,
        format,
        min,
        max,
    };
    match CustomField::new(settings) {
        Ok(field) => Some(field),
        Err(error) => {
            note(section, error, kind?);
            None
        }
    }
}

fn note(section: &mut Section<'_>, error: CustomFieldError, kind: FieldType) {
    match error {
        CustomFieldError::Name | CustomFieldError::Standard => section.note_here(Fault::from(error)),
        CustomFieldError::Choices => section.note("choices", Fault::from(error)),
        CustomFieldError::Format => match CustomField::formats(kind) {
            [] => section.note("format", "does not go with this type"),
            formats => section.note("format", Fault::one_of(formats.iter().copied())),
        },
        CustomFieldError::Limits => {
            let key = if section.has("max") { "max" } else { "min" };
            section.note(key, Fault::from(error));
        }
    }
}
