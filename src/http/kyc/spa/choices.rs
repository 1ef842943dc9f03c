//! What a person chooses from, in words.

use crate::domain::field::Notation;
use crate::domain::language::Text;
use crate::domain::requirement::AskedField;
use crate::http::language::spoken;

/// What the values of SEP-9 are called, by field and value.
const WORDS: &[(&str, &str, Text)] = &[
    ("id_type", "passport", Text { en: "Passport", es: "Pasaporte", de: "Reisepass" }),
    (
        "id_type",
        "drivers_license",
        Text { en: "Driver's license", es: "Permiso o licencia de conducir", de: "Führerschein" },
    ),
    ("id_type", "id_card", Text { en: "Identity card", es: "Documento nacional de identidad", de: "Personalausweis" }),
    (
        "id_type",
        "residence_permit",
        Text { en: "Residence permit", es: "Permiso de residencia", de: "Aufenthaltstitel" },
    ),
    ("id_type", "other", Text { en: "Another document", es: "Otro documento", de: "Ein anderes Dokument" }),
    ("sex", "male", Text { en: "Male", es: "Hombre", de: "Männlich" }),
    ("sex", "female", Text { en: "Female", es: "Mujer", de: "Weiblich" }),
    ("sex", "other", Text { en: "Other", es: "Otro", de: "Divers" }),
    ("bank_account_type", "checking", Text { en: "Checking account", es: "Cuenta corriente", de: "Girokonto" }),
    ("bank_account_type", "savings", Text { en: "Savings account", es: "Cuenta de ahorro", de: "Sparkonto" }),
];

/// Lists the values that a field takes, each with its words; empty when there is no such list.
pub(super) fn choices(asked: &AskedField) -> Vec<(String, String)> {
    let listed = asked.listed_choices();
    if let Notation::Code(codes) = asked.field.notation() {
        let is_taken = |code: &str| listed.is_empty() || listed.iter().any(|choice| choice == code);
        let named = codes.named(spoken()).into_iter().filter(|(code, _)| is_taken(code));
        return named.map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    }
    listed.iter().map(|value| (value.clone().into_owned(), words(asked.field.name(), value))).collect()
}

fn words(field: &str, value: &str) -> String {
    let known = WORDS.iter().find(|(name, known, _)| *name == field && *known == value);
    known.map_or_else(|| value.replace('_', " "), |(_, _, text)| text.say(spoken()).to_owned())
}
