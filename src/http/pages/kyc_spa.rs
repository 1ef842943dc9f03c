//! `/kyc-spa/{access_token}`: what is asked of the customer, by whom, forms to give it, and how things stand.

use http::StatusCode;
use serde::Serialize;
use url::Url;

use super::entry::{CodeEntry, Control, Entries, Input};
use super::{Forms, Origin, Page, Subject};
use crate::proof::Standing;

/// The customer's page.
#[derive(Serialize)]
pub struct KycSpa {
    /// Whose page it is.
    pub subject: Subject,
    /// How things stand.
    pub standing: Standing,
    /// What came of the form before.
    pub note: Option<Note>,
    /// What is wrong with the form before as a whole.
    pub notice: Option<String>,
    /// Where its own forms are posted to: what follows `/kyc-spa/`.
    pub place: String,
    /// The token of every form.
    pub form_token: String,
    /// What has to be given, and what may be corrected.
    pub needed: Entries,
    /// What may be given besides.
    pub extras: Entries,
    /// What waits for a code.
    pub codes: Vec<CodeEntry>,
    /// What was given.
    pub given: Vec<Given>,
    /// The providers.
    pub offers: Vec<Offer>,
    /// How the page is kept up to date.
    pub watch: Watch,
    /// Whether the form before was not taken, so that nothing has changed.
    pub is_refused: bool,
}

/// What came of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// What was given was taken.
    Saved,
    /// Another code is sent.
    Sent,
}

impl Note {
    /// Reads the word that stands in a URL.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Saved, Self::Sent].into_iter().find(|note| note.word() == word)
    }

    /// Gives that word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Sent => "sent",
        }
    }
}

/// A field that was given: never its value.
#[derive(Serialize)]
pub struct Given {
    /// What it is, in words.
    pub label: String,
    /// How it stands: `accepted`, `processing`, `rejected` or `verification_required`.
    pub state: &'static str,
}

/// Where a script hears that something changed.
#[derive(Serialize)]
pub struct Watch {
    /// What is asked: what follows `/kyc-info/`.
    pub place: String,
    /// The `ETag` of what is shown.
    pub etag: String,
}

/// A provider who can be asked, with its button.
#[derive(Serialize)]
pub struct Offer {
    /// The `{id}` of `POST /kyc-start/{id}`.
    pub id: String,
    /// The display name of the provider.
    pub provider: String,
    /// After how many minutes it can be asked again, if it is left alone just now.
    pub closed_minutes: Option<u64>,
    /// What the provider will tell, in words.
    pub shares: Vec<String>,
    /// Where the button leads in the end: the provider's authorize origin, that of `done_url` if it has one.
    #[serde(skip)]
    pub origins: Vec<Origin>,
}

impl KycSpa {
    fn sample_of(standing: Standing) -> Self {
        let watch = Watch { place: "SAMPLE?type=sep6-high".to_owned(), etag: "\"1-Open-en-0\"".to_owned() };
        Self {
            subject: Subject::sample(),
            standing,
            note: None,
            notice: None,
            place: "SAMPLE?type=sep6-high".to_owned(),
            form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned(),
            needed: Entries::default(),
            extras: Entries::default(),
            codes: Vec::new(),
            given: Vec::new(),
            offers: Vec::new(),
            watch,
            is_refused: false,
        }
    }

    fn sample_of_everything() -> Self {
        let authorize = Url::parse("https://eid.example.com/authorize").ok();
        let offer = Offer {
            id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(),
            provider: "Example eID".to_owned(),
            closed_minutes: None,
            shares: vec!["first name".to_owned(), "last name".to_owned(), "e-mail address".to_owned()],
            origins: authorize.as_ref().and_then(Origin::of).into_iter().collect(),
        };
        let code = CodeEntry {
            name: "email_address_verification".to_owned(),
            again: "email_address:again".to_owned(),
            error: None,
            field: Input::sample("email_address", "E-mail address", Control::Email),
        };
        let states = ["accepted", "processing", "rejected", "verification_required"];
        let given = |state| Given { label: "Family name".to_owned(), state };
        Self {
            needed: Entries::sample(),
            extras: Entries::sample().of_free_choice(),
            codes: vec![code],
            given: states.map(given).into(),
            offers: vec![offer],
            ..Self::sample_of(Standing::Open)
        }
    }

    fn sample_of_errors() -> Self {
        let mut page = Self::sample_of_everything();
        let error = || Some("Must be something else.".to_owned());
        page.notice = error();
        for input in page.needed.details.iter_mut().chain(page.codes.iter_mut().map(|code| &mut code.field)) {
            input.error = error();
            input.reason = Some("Its time is over.".to_owned());
            "typed before".clone_into(&mut input.typed);
        }
        for upload in &mut page.needed.documents {
            upload.error = error();
            upload.reason = Some("It cannot be read.".to_owned());
            upload.hint = Some("Of all pages".to_owned());
        }
        page.codes.iter_mut().for_each(|code| code.error = error());
        page.is_refused = true;
        page
    }
}

impl Page for KycSpa {
    const TEMPLATE: &'static str = "kyc_spa.html";
    const IS_LIVE: bool = true;

    fn sample() -> Vec<Self> {
        let mut bare = Self { needed: Entries::default(), codes: Vec::new(), ..Self::sample_of_everything() };
        bare.subject.wallet = None;
        bare.subject.customer_type = None;
        let mut closed = Self { offers: Self::sample_of_everything().offers, ..Self::sample_of(Standing::Open) };
        closed.offers[0].closed_minutes = Some(12);
        let noted = |note| Self { note: Some(note), ..Self::sample_of_everything() };
        vec![
            Self::sample_of_everything(),
            Self::sample_of_errors(),
            noted(Note::Saved),
            noted(Note::Sent),
            bare,
            closed,
            Self::sample_of(Standing::Verified),
            Self { given: Self::sample_of_everything().given, ..Self::sample_of(Standing::Waiting) },
            Self::sample_of(Standing::Rejected),
        ]
    }

    fn status(&self) -> StatusCode {
        if self.is_refused { StatusCode::BAD_REQUEST } else { StatusCode::OK }
    }

    fn forms(&self) -> Forms<'_> {
        let is_idle = self.offers.is_empty() && self.codes.is_empty();
        if is_idle && self.needed.is_empty() && self.extras.is_empty() {
            return Forms::None;
        }
        Forms::LeadTo(self.offers.iter().flat_map(|offer| &offer.origins).collect())
    }
}
