//! What a person can give on a page: one line of a form each, with everything that is said beside it.

use serde::Serialize;

/// How something is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// One line of text.
    Line,
    /// Several lines.
    Lines,
    /// A day.
    Day,
    /// Digits.
    Number,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Website,
    /// One of some values.
    Choice,
}

/// A field to be typed.
#[derive(Clone, Serialize)]
pub struct Input {
    /// The name by which it is posted.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// How it is written.
    pub hint: Option<String>,
    /// How it is typed.
    pub control: Control,
    /// The values that there are, each with its words; for [`Control::Choice`].
    pub choices: Vec<(String, String)>,
    /// What a browser may fill in by itself.
    pub autocomplete: Option<&'static str>,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Why it has to be given again.
    pub reason: Option<String>,
    /// What was typed before and not taken. Never what is stored.
    pub typed: String,
    /// What is wrong with that.
    pub error: Option<String>,
}

/// A field that takes a file.
#[derive(Clone, Serialize)]
pub struct Upload {
    /// The name by which it is posted.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// How it is meant.
    pub hint: Option<String>,
    /// The types of files that it takes, as browsers filter them.
    pub accept: String,
    /// The same for people.
    pub kinds: String,
    /// Which camera takes it: `environment` or `user`.
    pub camera: &'static str,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Why it has to be given again.
    pub reason: Option<String>,
    /// What is wrong with the one that came.
    pub error: Option<String>,
}

/// A field that waits for a code.
#[derive(Clone, Serialize)]
pub struct CodeEntry {
    /// The name by which the code is posted.
    pub name: String,
    /// The name by which another one is asked for.
    pub again: String,
    /// What is wrong with the one that came.
    pub error: Option<String>,
    /// The field itself, to be given anew.
    pub field: Input,
}

/// What belongs into one part of the page.
#[derive(Clone, Default, Serialize)]
pub struct Entries {
    /// What is typed, in one form.
    pub details: Vec<Input>,
    /// The files, a form each.
    pub documents: Vec<Upload>,
}

impl Input {
    pub(super) fn sample(name: &str, label: &str, control: Control) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: None,
            control,
            choices: Vec::new(),
            autocomplete: None,
            is_optional: false,
            reason: None,
            typed: String::new(),
            error: None,
        }
    }
}

impl Entries {
    /// Tells whether there is nothing to give.
    pub(super) fn is_empty(&self) -> bool {
        self.details.is_empty() && self.documents.is_empty()
    }

    /// The same, none of which has to be given.
    pub(super) fn of_free_choice(mut self) -> Self {
        self.details.iter_mut().for_each(|input| input.is_optional = true);
        self.documents.iter_mut().for_each(|upload| upload.is_optional = true);
        self
    }

    /// What needs no more than a look: one of everything.
    pub(super) fn sample() -> Self {
        let choice = Input {
            choices: vec![
                ("passport".to_owned(), "Passport".to_owned()),
                ("id_card".to_owned(), "Identity card".to_owned()),
            ],
            ..Input::sample("id_type", "Kind of identity document", Control::Choice)
        };
        let phone = Input {
            hint: Some("Like +14155550123 (E.164)".to_owned()),
            autocomplete: Some("tel"),
            ..Input::sample("mobile_number", "Mobile phone number with country code", Control::Phone)
        };
        let upload = Upload {
            name: "photo_id_front".to_owned(),
            label: "Image of the front of the photo ID or passport".to_owned(),
            hint: None,
            accept: "image/jpeg,image/png,application/pdf".to_owned(),
            kinds: "JPG, PNG or PDF".to_owned(),
            camera: "environment",
            is_optional: false,
            reason: None,
            error: None,
        };
        Self {
            details: vec![
                Input { autocomplete: Some("given-name"), ..Input::sample("first_name", "Given name", Control::Line) },
                Input::sample("address", "Full address", Control::Lines),
                Input { autocomplete: Some("bday"), ..Input::sample("birth_date", "Date of birth", Control::Day) },
                Input::sample("occupation", "Occupation", Control::Number),
                phone,
                choice,
            ],
            documents: vec![upload],
        }
    }
}
