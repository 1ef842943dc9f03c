//! `GET /console/customers/{id}`: what is known of a customer, values masked, and the forms to read and to decide.

use http::StatusCode;
use serde::Serialize;

use super::{Desk, ENGLISH, FORMS, Trail};
use crate::domain::assessment::FieldState;
use crate::domain::facts::Status;
use crate::domain::language::Language;
use crate::http::pages::{Forms, Page};

/// The page of a customer. Its forms are `POST …/decisions` and `POST …/reveal`.
#[derive(Serialize)]
pub struct Customer {
    /// The status: that of what came of a form, if one was posted.
    #[serde(skip)]
    pub status: StatusCode,
    /// Who looks.
    pub desk: Desk,
    /// The customer's id.
    pub id: String,
    /// The account, but for its middle.
    pub account: String,
    /// The version of what is shown.
    pub version: i64,
    /// Why nothing was done.
    pub problem: Option<String>,
    /// What was done.
    pub note: Option<String>,
    /// How each type stands; those that wait come first.
    pub types: Vec<Type>,
    /// What is held.
    pub held: Vec<Held>,
    /// The proofs.
    pub proofs: Vec<Proof>,
    /// What operators did.
    pub trail: Trail,
}

/// How a customer stands for a type.
#[derive(Clone, Serialize)]
pub struct Type {
    /// The type.
    pub name: String,
    /// How the customer stands for it.
    pub status: Status,
    /// Whether it is shown at once.
    pub is_open: bool,
    /// Why it waits.
    pub reasons: Vec<String>,
    /// The fields that are there.
    pub given: Vec<Given>,
    /// What has to be given, in words.
    pub missing: Vec<String>,
    /// The last decision.
    pub decision: Option<Made>,
    /// What a customer who is rejected can be told.
    pub notices: Vec<Alternative>,
    /// The decision that was posted and not made.
    pub draft: Draft,
}

/// A field that is there.
#[derive(Clone, Serialize)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// How it stands.
    pub state: FieldState,
    /// Why it is rejected.
    pub error: Option<String>,
    /// What can be wrong with it.
    pub flaws: Vec<Alternative>,
}

/// What can be chosen.
#[derive(Clone, Serialize)]
pub struct Alternative {
    /// The key by which it is posted.
    pub value: &'static str,
    /// What the customer reads.
    pub words: &'static str,
    /// Whether it was chosen before.
    pub is_chosen: bool,
}

/// A decision that was made.
#[derive(Clone, Serialize)]
pub struct Made {
    /// What it said.
    pub status: Status,
    /// What the customer reads.
    pub told: Option<&'static str>,
    /// When it was made.
    pub decided_at: String,
}

/// A decision that was posted and not made, but for what it chose.
#[derive(Clone, Default, Serialize)]
pub struct Draft {
    /// What it says.
    pub status: Option<Status>,
    /// Why.
    pub reason: String,
}

/// Something that is held.
#[derive(Clone, Serialize)]
pub struct Held {
    /// The name of the field.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// The value, masked.
    pub masked: Option<String>,
    /// The file.
    pub file: Option<HeldFile>,
    /// Whether its time is over.
    pub is_expired: bool,
    /// Whether it was chosen before.
    pub is_chosen: bool,
}

/// A file that is held.
#[derive(Clone, Serialize)]
pub struct HeldFile {
    /// Its type, told by its content.
    pub content_type: &'static str,
    /// Its size, in words.
    pub size: String,
    /// When it came.
    pub received_at: String,
    /// What to mind when it is opened.
    pub warning: Option<&'static str>,
}

/// What is left of a provider's proof.
#[derive(Clone, Serialize)]
pub struct Proof {
    /// The provider.
    pub provider: String,
    /// Whether it counts.
    pub stands: bool,
    /// When it was made.
    pub verified_at: String,
    /// When it stops counting.
    pub expires_at: Option<String>,
    /// The fields that it contradicts, in words.
    pub disputed: Vec<String>,
    /// The fields that were changed after it, in words.
    pub changed: Vec<String>,
    /// Whether the same person proved another customer.
    pub identity_reused: bool,
}

impl Page for Customer {
    const TEMPLATE: &'static str = "console_customer.html";
    const LANGUAGES: &'static [Language] = ENGLISH;

    fn sample() -> Vec<Self> {
        let waiting = Type::sample(Status::Processing);
        let decided = |status| Type {
            decision: Some(Made { status, told: None, decided_at: "2026-11-28T16:20:00Z".to_owned() }),
            reasons: Vec::new(),
            ..Type::sample(status)
        };
        let open = Type {
            name: "sep31-receiver".to_owned(),
            is_open: false,
            given: Vec::new(),
            missing: vec!["Bank account number".to_owned()],
            decision: None,
            ..decided(Status::NeedsInfo)
        };
        let rejected = Type {
            decision: Some(Made {
                status: Status::Rejected,
                told: Some("We cannot accept you as a customer."),
                decided_at: "2026-11-28T16:20:00Z".to_owned(),
            }),
            ..decided(Status::Rejected)
        };
        let drafted = |status| Type {
            draft: Draft { status: Some(status), reason: "the card says otherwise".to_owned() },
            ..waiting.clone()
        };
        let page = |types| Self {
            status: StatusCode::OK,
            desk: Desk::sample(),
            id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(),
            account: "GBRP…OX2H".to_owned(),
            version: 3,
            problem: None,
            note: None,
            types,
            held: Held::sample(),
            proofs: vec![Proof::sample()],
            trail: Trail::sample(),
        };
        let refused = |status| Self {
            status: StatusCode::CONFLICT,
            problem: Some("The customer has changed since that version: look again.".to_owned()),
            ..page(vec![drafted(status)])
        };
        let nothing = Trail { entries: Vec::new(), earlier: None };
        vec![
            page(vec![waiting.clone(), open.clone()]),
            Self { note: Some("Decided.".to_owned()), ..page(vec![decided(Status::Accepted)]) },
            refused(Status::NeedsInfo),
            refused(Status::Accepted),
            refused(Status::Rejected),
            Self { held: Vec::new(), proofs: Vec::new(), trail: nothing, ..page(vec![open, rejected]) },
        ]
    }

    fn status(&self) -> StatusCode {
        self.status
    }

    fn forms(&self) -> Forms<'_> {
        FORMS
    }
}

impl Type {
    fn sample(status: Status) -> Self {
        let alternatives = |words: &[(&'static str, &'static str)]| {
            words.iter().map(|&(value, words)| Alternative { value, words, is_chosen: false }).collect::<Vec<_>>()
        };
        let given = |name: &str, label: &str, state| Given {
            name: name.to_owned(),
            label: label.to_owned(),
            state,
            error: (state == FieldState::Rejected).then(|| "mismatch".to_owned()),
            flaws: alternatives(&[
                ("unreadable", "It cannot be read. Please give it again, sharp and complete."),
                ("mismatch", "It does not agree with the rest of what you gave. Please check both."),
            ]),
        };
        Self {
            name: "sep6".to_owned(),
            status,
            is_open: true,
            reasons: vec![
                "Nobody has decided yet.".to_owned(),
                "Whoever proved this at sandbox proved another customer, too.".to_owned(),
            ],
            given: vec![
                given("first_name", "Given or first name", FieldState::Accepted),
                given("last_name", "Family or last name", FieldState::Processing),
                given("email_address", "E-mail address", FieldState::VerificationRequired),
                given("id_number", "Number of the identity document", FieldState::Rejected),
            ],
            missing: vec!["Date of birth".to_owned()],
            decision: None,
            notices: alternatives(&[
                ("not_accepted", "We cannot accept you as a customer."),
                ("not_eligible", "You do not meet the conditions of this service."),
            ]),
            draft: Draft::default(),
        }
    }
}

impl Held {
    fn sample() -> Vec<Self> {
        let held = |name: &str, label: &str, masked: Option<&str>| Self {
            name: name.to_owned(),
            label: label.to_owned(),
            masked: masked.map(str::to_owned),
            file: None,
            is_expired: false,
            is_chosen: false,
        };
        let file = HeldFile {
            content_type: "application/pdf",
            size: "412 KiB".to_owned(),
            received_at: "2026-11-29T08:15:00Z".to_owned(),
            warning: Some("It can run something when it is opened, or carries other files."),
        };
        vec![
            held("first_name", "Given or first name", Some("•••")),
            Self { is_chosen: true, ..held("last_name", "Family or last name", Some("L•••")) },
            Self {
                is_expired: true,
                ..held("id_expiration_date", "Expiration date of the identity document", Some("2•••"))
            },
            Self { file: Some(file), ..held("photo_id_front", "Image of the front of the photo ID or passport", None) },
        ]
    }
}

impl Proof {
    fn sample() -> Self {
        Self {
            provider: "sandbox".to_owned(),
            stands: true,
            verified_at: "2026-11-29T08:20:00Z".to_owned(),
            expires_at: Some("2027-11-29T08:20:00Z".to_owned()),
            disputed: vec!["Family or last name".to_owned()],
            changed: vec!["E-mail address".to_owned()],
            identity_reused: true,
        }
    }
}
