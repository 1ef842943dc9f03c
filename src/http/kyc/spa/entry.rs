//! What a form of the page brought, judged input by input by the validators of `PUT /customer`.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::complaints::{Complaints, NO_FILE, NOTHING, Typed};
use super::{AGAIN, CAMERA, PageFiles, Visit};
use crate::domain::field::{FieldType, Notation};
use crate::domain::memo::CustomerKey;
use crate::domain::pii::Pii;
use crate::domain::requirement::AskedField;
use crate::domain::session::Selector;
use crate::domain::submission::{RawValue, Submission};
use crate::domain::verification::SUFFIX;
use crate::http::language::{asked, spoken};
use crate::integration::{PutCustomer, Seen};
use crate::proof::TargetView;
use crate::store::StagedFile;

/// What was given, all of it good.
pub(in crate::http::kyc) struct Entry {
    submission: Submission,
    resend: BTreeSet<String>,
    files: Vec<(String, StagedFile)>,
    /// The same as it was typed.
    pub(in crate::http::kyc) typed: Typed,
}

/// What is collected from the inputs.
#[derive(Default)]
struct Inputs {
    pairs: Vec<(String, RawValue)>,
    resend: BTreeSet<String>,
    complaints: Complaints,
}

impl Entry {
    /// Judges what came; whatever the page does not ask for is left out.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(in crate::http::kyc) fn judge(
        pairs: Vec<(String, RawValue)>,
        visit: &Visit<'_>,
        files: &PageFiles<'_>,
        today: Date,
    ) -> Result<Self, Complaints> {
        let mut inputs = Inputs::default();
        for (name, value) in pairs {
            inputs.take(&name, value, visit, files);
        }
        let Inputs { pairs, resend, mut complaints } = inputs;
        for (name, refusal) in &files.refused {
            complaints.say(name.as_str(), refusal.as_str());
        }
        let field = |name: &str| visit.typed_field(name).map(|asked| asked.field.clone());
        match Submission::parse_all(pairs, &field, today) {
            Ok((submission, errors)) => {
                for error in errors {
                    complaints.say_error(error);
                }
                if complaints.is_empty() {
                    let files = files.staged().into_iter().filter(|(field, _)| visit.wants_file(field)).collect();
                    return Ok(Self { submission, resend, files, typed: complaints.typed });
                }
            }
            Err(error) => complaints.say_error(error),
        }
        Err(complaints)
    }

    /// Tells whether nothing was given.
    pub(in crate::http::kyc) fn is_empty(&self) -> bool {
        self.only_asks_for_codes() && self.resend.is_empty()
    }

    /// Tells whether nothing was given but the wish for another code.
    pub(in crate::http::kyc) fn only_asks_for_codes(&self) -> bool {
        self.submission.values.is_empty() && self.submission.codes.is_empty() && self.files.is_empty()
    }

    /// Gives it on behalf of a customer, as the page was seen.
    pub(in crate::http::kyc) fn into_put(self, key: &CustomerKey, view: &TargetView) -> PutCustomer {
        PutCustomer {
            selector: Selector::Key(key.clone()),
            customer_type: Some(view.customer_type.clone()),
            seen: Some(Seen { id: view.id, version: view.version }),
            values: self.submission.values,
            files: self.files,
            codes: self.submission.codes,
            resend: self.resend,
            file_ids: BTreeMap::new(),
            language: asked(),
        }
    }
}

impl Inputs {
    fn take(&mut self, name: &str, value: RawValue, visit: &Visit<'_>, files: &PageFiles<'_>) {
        let unverified = |name: Option<&str>| name.and_then(|name| visit.unverified(name));
        if let Some(asked) = unverified(name.strip_suffix(AGAIN)) {
            self.resend.insert(asked.field.name().to_owned());
        } else if unverified(name.strip_suffix(SUFFIX)).is_some() {
            self.take_text(name, value, |text| without(text, char::is_whitespace), true);
        } else if let Some(asked) = visit.typed_field(name) {
            let is_needed = visit.wanted(name).is_none_or(|wanted| !wanted.is_optional);
            self.take_text(name, value, |text| tidy(asked.field.notation(), text), is_needed);
        } else if let Some(upload) = visit.document(name.strip_suffix(CAMERA).unwrap_or(name)) {
            // Only what nobody put a file into has a value.
            let spelling = &upload.spelling;
            if !files.has(spelling) {
                self.complaints.say(spelling.as_str(), NO_FILE.say(spoken()));
            }
        }
    }

    fn take_text(&mut self, name: &str, value: RawValue, tidy: impl Fn(&str) -> String, is_needed: bool) {
        let RawValue::Text(text) = value else { return };
        let text = tidy(&text);
        if !text.is_empty() {
            self.complaints.typed.insert(name.to_owned(), Pii::new(text.clone()));
            self.pairs.push((name.to_owned(), RawValue::Text(text)));
        } else if is_needed {
            self.complaints.say(name, NOTHING.say(spoken()));
        }
    }
}

/// Takes off what a keyboard or a browser put there: space around a text and between digits, signs between those of a
/// phone number, and the CR that ends each line of a form
/// ([RFC 7578 §4.8](https://www.rfc-editor.org/rfc/rfc7578#section-4.8)).
fn tidy(notation: Notation, text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    match notation {
        Notation::Phone => without(&text, |letter| " -./()\u{a0}".contains(letter)),
        Notation::Digits => without(&text, char::is_whitespace),
        Notation::Line | Notation::Lines | Notation::Day | Notation::Email | Notation::Website | Notation::Code(_) => {
            text
        }
    }
}

fn without(text: &str, is_superfluous: impl Fn(char) -> bool) -> String {
    text.chars().filter(|letter| !is_superfluous(*letter)).collect()
}

/// What the page lets somebody type into, or upload to.
impl Visit<'_> {
    /// Finds what is typed, by the spelling that the page uses.
    fn typed_field(&self, name: &str) -> Option<&AskedField> {
        let wanted = self.wanted(name).map(|wanted| &wanted.asked);
        wanted.or_else(|| self.unverified(name)).filter(|asked| asked.field.kind() != FieldType::Binary)
    }
}
