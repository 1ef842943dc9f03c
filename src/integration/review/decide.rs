//! Deciding: accept, reject, or ask again field by field.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Dossier, ReviewError, Reviews};
use crate::domain::assessment::assess;
use crate::domain::audit::Action;
use crate::domain::decision::{Flaw, Notice, Ruling, Verdict};
use crate::domain::facts::Status;
use crate::domain::field::FieldRef;
use crate::domain::pii::Pii;
use crate::domain::requirement::Requirement;
use crate::store::{LockedTarget, NewAuditEntry, Tx};

/// A decision on its way in.
pub struct NewDecision {
    /// The type that it is about.
    pub customer_type: String,
    /// What it says.
    pub verdict: Verdict,
    /// What the customer is told, of the neutral catalogue.
    pub notice: Option<Notice>,
    /// Why; it is sealed, and the customer never reads it.
    pub reason: Option<Pii<String>>,
    /// What it says of single fields, by any spelling: good, or to be given again.
    pub fields: BTreeMap<String, Option<Flaw>>,
    /// The version of the document that was looked at; the decision is refused if it is another one by now.
    pub version: Option<i64>,
}

impl Reviews {
    /// Decides about a customer, and shows how it stands then.
    ///
    /// # Errors
    /// See [`ReviewError`]: a decision that contradicts itself is invalid, one that does not fit what is there by now
    /// is a conflict.
    pub async fn decide(&self, id: Uuid, operator: &str, decision: NewDecision) -> Result<Dossier, ReviewError> {
        let (name, requirement) = self.customer_type(&decision.customer_type)?;
        let flaws = self.flaws(requirement, &decision)?;
        let mut tx = self.store.begin().await?;
        let locked = Self::lock(&mut tx, id).await?;
        if decision.version.is_some_and(|version| version != locked.version()) {
            return Err(ReviewError::Conflict("the customer has changed since that version: look again".to_owned()));
        }
        let ruling =
            Ruling { verdict: decision.verdict, notice: decision.notice, flaws: flaws.clone(), decided_at: tx.now() };
        self.rule(&mut tx, &locked, (name, requirement), ruling).await?;
        let action = Action::Decision {
            r#type: name.to_owned(),
            status: decision.verdict,
            message: decision.notice,
            fields: flaws,
            version: locked.version(),
        };
        let reason = decision.reason.as_ref().map(|reason| reason.expose().as_str());
        tx.insert_audit_entry(&locked, NewAuditEntry { operator, action: &action, reason }).await?;
        tx.commit().await?;
        self.find(id).await
    }

    /// Reads what is said of single fields, and checks that it agrees with the verdict.
    fn flaws(&self, requirement: &Requirement, decision: &NewDecision) -> Result<BTreeMap<String, Flaw>, ReviewError> {
        let invalid = |text: String| Err(ReviewError::Invalid(text));
        if decision.notice.is_some_and(|notice| !notice.fits(decision.verdict)) {
            return invalid("'message' does not go with this status".to_owned());
        }
        let mut flaws = BTreeMap::new();
        for (spelling, flaw) in &decision.fields {
            let field = self.requirements.field(spelling).map(FieldRef::name);
            let Some(field) = field.filter(|field| requirement.asked(field).is_some()) else {
                return invalid("'fields' names a field that this type does not ask for".to_owned());
            };
            if let Some(flaw) = flaw
                && flaws.insert(field.to_owned(), *flaw).is_some()
            {
                return invalid(format!("'{field}' has two spellings: give only one of them"));
            }
        }
        match decision.verdict {
            Verdict::Accepted if !flaws.is_empty() => {
                invalid("a customer with a rejected field cannot be accepted: ask for it again".to_owned())
            }
            Verdict::NeedsInfo if flaws.is_empty() => {
                invalid("'fields' must name what has to be given again, as REJECTED".to_owned())
            }
            Verdict::Accepted | Verdict::NeedsInfo | Verdict::Rejected => Ok(flaws),
        }
    }

    async fn rule(
        &self,
        tx: &mut Tx,
        locked: &LockedTarget,
        (name, requirement): (&str, &Requirement),
        ruling: Ruling,
    ) -> Result<(), ReviewError> {
        let (verdict, notice) = (ruling.verdict, ruling.notice);
        let mut document = locked.document()?;
        if let Some(field) = ruling.flaws.keys().find(|field| document.held(field).is_none()) {
            return Err(ReviewError::Conflict(format!("'{field}' was not given, so it is asked for anyway")));
        }
        let bind = tx.binder(locked);
        document.decide(name, ruling, &bind);
        let facts = document.facts(&self.requirements, tx.now(), &bind);
        let status = assess(name, requirement, &facts, tx.now()).status;
        if verdict == Verdict::Accepted && status != Status::Accepted {
            let text = "something is missing, expired or not proven yet: the customer cannot be accepted";
            return Err(ReviewError::Conflict(text.to_owned()));
        }
        tx.save_assessed(locked, &document, &self.requirements).await?;
        if verdict == Verdict::Rejected && self.sticky_rejection {
            tx.save_rejection(locked, name, notice).await?;
        } else {
            tx.delete_rejection(locked, name).await?;
        }
        Ok(())
    }
}
