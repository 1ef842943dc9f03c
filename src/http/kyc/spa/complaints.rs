//! What is wrong with what a form brought, and what was typed into it.

use std::collections::BTreeMap;

use super::Visit;
use crate::domain::language::{Message, Text};
use crate::domain::pii::Pii;
use crate::domain::submission::SubmissionError;
use crate::domain::verification::SUFFIX;
use crate::http::language::spoken;
use crate::http::pages::sentence;

/// What the page says beside its inputs when it is shown again.
#[derive(Default)]
pub(in crate::http::kyc) struct Complaints {
    /// What was typed, by the name of its input.
    pub(super) typed: Typed,
    /// What is wrong, by the name of its input.
    pub(super) errors: BTreeMap<String, String>,
    /// What is wrong with all of it.
    pub(super) notice: Option<String>,
}

/// Texts by the names of the inputs into which they were typed.
pub(super) type Typed = BTreeMap<String, Pii<String>>;

/// What is said of an input that is empty.
pub(super) const NOTHING: Text =
    Text { en: "Please fill this in.", es: "Rellene este campo, por favor.", de: "Bitte füllen Sie dieses Feld aus." };
/// What is said where a file belongs.
pub(super) const NO_FILE: Text = Text {
    en: "Please choose a file or take a photo first.",
    es: "Elija primero un archivo o tome una foto, por favor.",
    de: "Bitte wählen Sie zuerst eine Datei aus oder nehmen Sie ein Foto auf.",
};
const WRONG_CODE: Text = Text {
    en: "This code is wrong or too old. Check it, or have a new one sent.",
    es: "Este código no es correcto o ha caducado. Compruébelo o pida que le envíen otro.",
    de: "Dieser Code ist falsch oder abgelaufen. Prüfen Sie ihn, oder lassen Sie sich einen neuen senden.",
};
const UNREADABLE: Text = Text {
    en: "Nothing was taken, because it cannot be read; please check what you give, and shorten long texts.",
    es: "No se ha guardado nada, porque no se puede leer; revise lo que facilita y acorte los textos largos.",
    de: "Es wurde nichts übernommen, weil es nicht lesbar ist; bitte prüfen Sie Ihre Angaben und kürzen Sie lange \
         Texte.",
};
const CHANGED: Text = Text {
    en: "Something changed while you were filling this in. Please look at it again.",
    es: "Algo ha cambiado mientras rellenaba el formulario. Revíselo de nuevo, por favor.",
    de: "Während Sie dies ausgefüllt haben, hat sich etwas geändert. Bitte sehen Sie es noch einmal an.",
};

impl Complaints {
    /// Says that the page was another one when this was given.
    pub(in crate::http::kyc) fn of_change(typed: Typed) -> Self {
        Self::of_notice(CHANGED.say(spoken()).to_owned(), typed)
    }

    /// Says that a code is none.
    pub(in crate::http::kyc) fn of_code(visit: &Visit<'_>, field: &str, typed: Typed) -> Self {
        let asked = visit.view.unverified_fields.iter().find(|asked| asked.field.name() == field);
        let name = asked.map_or(field, |asked| asked.spelling.as_str());
        let mut complaints = Self { typed, ..Self::default() };
        complaints.say(format!("{name}{SUFFIX}"), WRONG_CODE.say(spoken()));
        complaints
    }

    /// Says that a form cannot be read.
    pub(in crate::http::kyc) fn of_form() -> Self {
        Self::of_notice(UNREADABLE.say(spoken()).to_owned(), Typed::new())
    }

    /// Says something that belongs to no input.
    pub(in crate::http::kyc) fn of_all(message: &Message, typed: Typed) -> Self {
        Self::of_notice(in_words(message), typed)
    }

    fn of_notice(notice: String, typed: Typed) -> Self {
        Self { typed, notice: Some(notice), ..Self::default() }
    }

    /// Says what is wrong beside an input, unless something was said already.
    pub(super) fn say(&mut self, name: impl Into<String>, error: impl Into<String>) {
        self.errors.entry(name.into()).or_insert_with(|| error.into());
    }

    /// Says what is wrong with what was typed: beside its input, if it has one.
    pub(super) fn say_error(&mut self, error: SubmissionError) {
        match error {
            SubmissionError::Value(error) => self.say(error.name(), sentence(&error.need(spoken()))),
            error @ (SubmissionError::Name
            | SubmissionError::Repeated(_)
            | SubmissionError::Spellings(_)
            | SubmissionError::Verification(_)
            | SubmissionError::NoFileField(_)
            | SubmissionError::SecondFile(_)
            | SubmissionError::UnknownFile(_)) => self.notice = Some(in_words(&error.into())),
        }
    }

    /// Tells whether there is anything to say.
    pub(super) fn is_empty(&self) -> bool {
        self.errors.is_empty() && self.notice.is_none()
    }
}

fn in_words(message: &Message) -> String {
    sentence(&match message {
        Message::Technical(text) => text.clone().into_owned(),
        Message::Spoken(text) => text.get(spoken()).clone().into_owned(),
    })
}
