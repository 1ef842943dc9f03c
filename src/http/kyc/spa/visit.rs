//! Somebody at the page of a target.

use axum::response::Response;

use super::inputs;
use super::{AGAIN, CAMERA, Complaints};
use crate::domain::assessment::FieldState;
use crate::domain::field::FieldType;
use crate::domain::requirement::AskedField;
use crate::domain::verification::SUFFIX;
use crate::http::body::PartKind;
use crate::http::forms::{FORM_TOKEN, FormGuard};
use crate::http::kyc::answers::{closed_minutes, origins, subject};
use crate::http::kyc::get_kyc_requirements::etag;
use crate::http::kyc::turns::Turn;
use crate::http::language::spoken;
use crate::http::pages::{self, Entries, Given, KycSpa, Note, PageError, Watch, render};
use crate::http::state::AppState;
use crate::proof::{Offer, TargetView, WantedField};
use crate::store::AccessToken;

/// The target, as it is seen through its link.
pub(in crate::http::kyc) struct Visit<'a> {
    pub(in crate::http::kyc) state: &'a AppState,
    pub(in crate::http::kyc) view: TargetView,
    token: String,
}

impl<'a> Visit<'a> {
    /// Finds the target of a link.
    pub(in crate::http::kyc) async fn begin(
        state: &'a AppState,
        token: &str,
        customer_type: Option<&str>,
    ) -> Result<Self, PageError> {
        let token = AccessToken::parse(token).ok_or(PageError::Unknown)?;
        let view = state.proofs.view_linked(&token, customer_type).await?.ok_or(PageError::Unknown)?;
        Ok(Self { state, view, token: token.reveal() })
    }

    /// Takes a turn at giving something, while there are some left for this target.
    pub(in crate::http::kyc) fn take_turn(&self) -> Result<Turn, PageError> {
        self.state.turns.take(self.view.id)
    }

    /// The path of the page, perhaps with what came of a form.
    pub(in crate::http::kyc) fn path(&self, note: Option<Note>) -> String {
        let note = note.map(|note| format!("note={}", note.word()));
        format!("/kyc-spa/{}", self.place(note))
    }

    /// The token, and what is shown of its target.
    fn place(&self, more: Option<String>) -> String {
        let customer_type = &self.view.customer_type;
        let customer_type = (!customer_type.is_empty()).then(|| format!("type={customer_type}"));
        let query: Vec<_> = customer_type.into_iter().chain(more).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.token, query.join("&"))
    }

    /// Shows the page.
    pub(in crate::http::kyc) fn show(
        &self,
        guard: &FormGuard,
        note: Option<Note>,
        complaints: &Complaints,
    ) -> Response {
        let view = &self.view;
        let page = KycSpa {
            subject: subject(&self.state.site, &view.payto, view.wallet.clone(), &view.customer_type),
            standing: view.standing,
            note,
            notice: complaints.notice.clone(),
            place: self.place(None),
            form_token: guard.token(self.state.store.vault()),
            needed: self.entries(is_needed, complaints),
            extras: self.entries(|wanted| !is_needed(wanted), complaints),
            codes: view.unverified_fields.iter().map(|asked| inputs::code(asked, complaints)).collect(),
            given: view.given.iter().map(|(asked, state)| given(asked, *state)).collect(),
            offers: view.offers.iter().map(offer).collect(),
            watch: Watch {
                place: self.place(Some(format!("lang={}", spoken().code()))),
                etag: etag(view.version, view.standing, self.state.requirements.digest(), spoken()),
            },
            is_refused: !complaints.is_empty(),
        };
        guard.remember(render(&page))
    }

    fn entries(&self, belongs: impl Fn(&WantedField) -> bool, complaints: &Complaints) -> Entries {
        let wanted = self.view.wanted.iter().filter(|wanted| belongs(wanted));
        let (documents, details): (Vec<_>, Vec<_>) =
            wanted.partition(|wanted| wanted.asked.field.kind() == FieldType::Binary);
        Entries {
            details: details.into_iter().map(|wanted| inputs::input(wanted, complaints)).collect(),
            documents: documents.into_iter().map(|wanted| inputs::upload(wanted, complaints)).collect(),
        }
    }

    /// Decides by its name how a part of a form is read.
    pub(in crate::http::kyc) fn part_kind(&self, name: &str) -> PartKind {
        let coded = [SUFFIX, AGAIN].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        if self.document(name.strip_suffix(CAMERA).unwrap_or(name)).is_some() {
            PartKind::FileOrNothing
        } else if name == FORM_TOKEN || self.wanted(name).is_some() || self.unverified(coded).is_some() {
            PartKind::Text
        } else {
            PartKind::Ignored
        }
    }

    /// Finds a field that can be given, by the spelling that the page uses.
    pub(super) fn wanted(&self, name: &str) -> Option<&WantedField> {
        self.view.wanted.iter().find(|wanted| wanted.asked.spelling == name)
    }

    /// Finds a field that waits for a code.
    pub(super) fn unverified(&self, name: &str) -> Option<&AskedField> {
        self.view.unverified_fields.iter().find(|asked| asked.spelling == name)
    }

    /// Finds a field that takes a file.
    pub(super) fn document(&self, name: &str) -> Option<&AskedField> {
        self.documents().find(|asked| asked.spelling == name)
    }

    /// Tells whether a file can be given for a field, by its canonical name.
    pub(super) fn wants_file(&self, field: &str) -> bool {
        self.documents().any(|asked| asked.field.name() == field)
    }

    fn documents(&self) -> impl Iterator<Item = &AskedField> {
        let asked = self.view.wanted.iter().map(|wanted| &wanted.asked);
        asked.filter(|asked| asked.field.kind() == FieldType::Binary)
    }
}

/// What is to be given or put right, before anything that may be given besides.
fn is_needed(wanted: &WantedField) -> bool {
    !wanted.is_optional || wanted.fault.is_some()
}

fn given(asked: &AskedField, state: FieldState) -> Given {
    Given {
        label: inputs::label(&asked.field),
        state: match state {
            FieldState::Accepted => "accepted",
            FieldState::Processing => "processing",
            FieldState::Rejected => "rejected",
            FieldState::VerificationRequired => "verification_required",
        },
    }
}

fn offer(offer: &Offer) -> pages::Offer {
    pages::Offer {
        origins: origins(offer),
        id: offer.start_id.clone(),
        provider: offer.display_name.clone(),
        closed_minutes: closed_minutes(offer),
        shares: offer.shares.iter().map(|field| inputs::label(&(*field).into())).collect(),
    }
}
