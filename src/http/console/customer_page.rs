//! The page of a customer: what the dossier says, in words.

use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::draft::Draft;
use super::reasons::{Case, warning};
use super::refused::Refused;
use super::session::ConsoleSession;
use super::trail::{trail, words};
use crate::domain::assessment::Fault;
use crate::domain::decision::{Flaw, Notice, Verdict};
use crate::domain::facts::Status;
use crate::domain::language::Language;
use crate::domain::requirement::Requirements;
use crate::http::pages::{console, render};
use crate::http::state::AppState;
use crate::integration::review::{DecisionView, FileView, HeldField, ProofView, ProvidedView, TypeView};
use crate::integration::{explain, explain_notice};

/// A page on its way.
pub(super) struct CustomerPage(console::Customer);

impl CustomerPage {
    /// Looks at a customer.
    pub(super) async fn find(state: &AppState, session: &ConsoleSession, id: Uuid) -> Result<Self, Refused> {
        let dossier = state.reviews.find(id).await?;
        let records = state.reviews.audit(id, i64::MAX).await?;
        let names = Names(&state.requirements);
        let mut types: Vec<_> = state
            .requirements
            .of(true)
            .filter_map(|(name, requirement)| {
                let view = dossier.types.get(name)?;
                let case = Case { view, dossier: &dossier, provider: requirement.provider.as_deref() };
                Some(names.customer_type(name, view, case.reasons(&names)))
            })
            .collect();
        types.sort_by_key(|of_type| of_type.status != Status::Processing);
        Ok(Self(console::Customer {
            status: StatusCode::OK,
            desk: session.desk(state.store.vault()),
            id: dossier.id.to_string(),
            account: dossier.account.clone(),
            version: dossier.version,
            problem: None,
            note: None,
            types,
            held: dossier.fields.iter().map(|(name, field)| names.held(name, field)).collect(),
            proofs: dossier.proofs.iter().map(|(name, proof)| names.proof(name, proof)).collect(),
            trail: trail(records),
        }))
    }

    /// Shows a type at once.
    pub(super) fn open(&mut self, customer_type: &str) {
        self.0.types.iter_mut().filter(|known| known.name == customer_type).for_each(|known| known.is_open = true);
    }

    /// Says that something was done.
    pub(super) fn note(&mut self, note: &str) {
        self.0.note = Some(note.to_owned());
    }

    /// Says that nothing was done, and why.
    pub(super) fn refuse(&mut self, status: StatusCode, problem: &str) {
        self.0.status = status;
        self.0.problem = Some(problem.to_owned());
    }

    /// Keeps what was chosen to be read.
    pub(super) fn choose(&mut self, field: &str) {
        self.0.held.iter_mut().for_each(|held| held.is_chosen = held.name == field);
    }

    /// Keeps what was decided and not taken.
    pub(super) fn keep(&mut self, draft: &Draft) {
        self.open(&draft.customer_type);
        for known in self.0.types.iter_mut().filter(|known| known.name == draft.customer_type) {
            known.draft = console::Draft { status: Some(draft.verdict.status()), reason: draft.reason.clone() };
            for given in &mut known.given {
                let flaw = draft.flaws.get(&given.name).map(|flaw| flaw.key());
                given.flaws.iter_mut().for_each(|known| known.is_chosen = Some(known.value) == flaw);
            }
            let notice = draft.notice.map(Notice::key);
            known.notices.iter_mut().for_each(|known| known.is_chosen = Some(known.value) == notice);
        }
    }

    /// Answers with the page.
    pub(super) fn show(&self) -> Response {
        render(&self.0)
    }
}

/// What fields are called.
pub(super) struct Names<'a>(pub(super) &'a Requirements);

impl Names<'_> {
    /// Says what a field is; one that no type asks for any more goes by its name.
    pub(super) fn of(&self, field: &str) -> String {
        let known = self.0.field(field).map(|known| known.description(Language::En).into_owned());
        known.unwrap_or_else(|| field.to_owned())
    }

    fn customer_type(&self, name: &str, view: &TypeView, reasons: Vec<String>) -> console::Type {
        let given = view.provided.iter().map(|(field, provided)| console::Given {
            name: field.clone(),
            label: self.of(field),
            state: provided.status,
            error: provided.error.map(words),
            flaws: Flaw::ALL.map(|flaw| flaw_of(flaw, provided)).into(),
        });
        let notices = Notice::ALL.into_iter().filter(|notice| notice.fits(Verdict::Rejected));
        console::Type {
            name: name.to_owned(),
            status: view.status,
            is_open: view.status == Status::Processing,
            reasons,
            given: given.collect(),
            missing: view.missing.iter().map(|field| self.of(field)).collect(),
            decision: view.decision.as_ref().map(made),
            notices: notices.map(|notice| alternative(notice.key(), explain_notice(notice).en)).collect(),
            draft: console::Draft::default(),
        }
    }

    fn held(&self, name: &str, field: &HeldField) -> console::Held {
        console::Held {
            name: name.to_owned(),
            label: self.of(name),
            masked: field.value.clone(),
            file: field.file.as_ref().map(file),
            is_expired: field.expired,
            is_chosen: false,
        }
    }

    fn proof(&self, provider: &str, proof: &ProofView) -> console::Proof {
        console::Proof {
            provider: provider.to_owned(),
            stands: proof.stands,
            verified_at: proof.verified_at.clone(),
            expires_at: proof.expires_at.clone(),
            disputed: proof.disputed.iter().map(|field| self.of(field)).collect(),
            changed: proof.changed.iter().map(|field| self.of(field)).collect(),
            identity_reused: proof.identity_reused,
        }
    }
}

/// What can be said of a field; what stands already is chosen, so that it is not taken back unasked.
fn flaw_of(flaw: Flaw, provided: &ProvidedView) -> console::Alternative {
    let words = explain(Fault::Found(flaw)).en;
    console::Alternative { is_chosen: provided.error == Some(flaw.key()), ..alternative(flaw.key(), words) }
}

fn alternative(value: &'static str, words: &'static str) -> console::Alternative {
    console::Alternative { value, words, is_chosen: false }
}

fn made(decision: &DecisionView) -> console::Made {
    console::Made {
        status: decision.status.status(),
        told: decision.message.map(|notice| explain_notice(notice).en),
        decided_at: decision.decided_at.clone(),
    }
}

fn file(file: &FileView) -> console::HeldFile {
    console::HeldFile {
        content_type: file.content_type,
        size: format!("{} KiB", (file.size + 1023) / 1024),
        received_at: file.received_at.clone(),
        warning: file.quarantine.map(warning),
    }
}
