//! Why a type waits for a person.

use super::customer_page::Names;
use crate::domain::decision::Verdict;
use crate::domain::facts::Status;
use crate::domain::file::Quarantine;
use crate::integration::review::{Dossier, ProofView, TypeView};

/// What is looked at.
pub(super) struct Case<'a> {
    /// How the customer stands for the type.
    pub(super) view: &'a TypeView,
    /// Everything that is known of the customer.
    pub(super) dossier: &'a Dossier,
    /// The provider whose proof the type needs.
    pub(super) provider: Option<&'a str>,
}

impl Case<'_> {
    /// Lists what has to be looked at; nothing of a type that does not wait.
    pub(super) fn reasons(&self, names: &Names<'_>) -> Vec<String> {
        if self.view.status != Status::Processing {
            return Vec::new();
        }
        let proof = self.provider.and_then(|provider| Some((provider, self.dossier.proofs.get(provider)?)));
        let of_proof = proof.into_iter().flat_map(|(provider, proof)| of_proof(provider, proof, names));
        let of_people = self.of_pending().or_else(|| self.of_decision(names));
        of_people.into_iter().chain(of_proof).chain(self.of_files(names)).collect()
    }

    /// Before the provider has decided, nobody can.
    fn of_pending(&self) -> Option<String> {
        let until = self.view.pending_until.as_ref()?;
        Some(format!("{} has not decided yet, and is waited for until {until}.", self.provider?))
    }

    fn of_decision(&self, names: &Names<'_>) -> Option<String> {
        match &self.view.decision {
            None => self.view.review.then(|| "Everything is there, and nobody has decided yet.".to_owned()),
            Some(decision) if !decision.changed_since.is_empty() => {
                let fields = list(decision.changed_since.iter(), names);
                Some(format!("Given anew since the last decision: {fields}."))
            }
            Some(decision) if decision.status == Verdict::NeedsInfo => {
                Some("The last decision did not accept the customer.".to_owned())
            }
            Some(_) => None,
        }
    }

    fn of_files(&self, names: &Names<'_>) -> impl Iterator<Item = String> {
        self.dossier.fields.iter().filter_map(|(name, field)| {
            let reason = field.file.as_ref()?.quarantine?;
            Some(format!("{}: {}", names.of(name), warning(reason)))
        })
    }
}

fn of_proof(provider: &str, proof: &ProofView, names: &Names<'_>) -> Vec<String> {
    let mut reasons = Vec::new();
    if proof.identity_reused {
        reasons.push(format!("Whoever proved this at {provider} proved another customer, too."));
    }
    if !proof.disputed.is_empty() {
        reasons.push(format!("{provider} says otherwise of: {}.", list(proof.disputed.iter(), names)));
    } else if proof.contested {
        reasons.push(format!("{provider} contradicted what was given before."));
    }
    if !proof.changed.is_empty() {
        reasons.push(format!("Changed after the proof by {provider}: {}.", list(proof.changed.iter(), names)));
    }
    reasons
}

/// Says what to mind when a file is opened.
pub(super) fn warning(quarantine: Quarantine) -> &'static str {
    match quarantine {
        Quarantine::ActiveContent => "It can run something when it is opened, or carries other files.",
        Quarantine::Ambiguous => "It is something else as well: an archive, a page or a program.",
    }
}

fn list<'a>(fields: impl Iterator<Item = &'a String>, names: &Names<'_>) -> String {
    fields.map(|field| names.of(field)).collect::<Vec<_>>().join(", ")
}
