//! Codes of the built-in integration: which are sent, and what a right one does.

use std::collections::BTreeMap;

use super::stored::check_found;
use super::{IntegrationError, Stored};
use crate::domain::assessment::Assessment;
use crate::domain::document::Document;
use crate::domain::language::{Language, Message};
use crate::domain::session::{Selector, Session};
use crate::domain::verification::{Code, SUFFIX};
use crate::store::{LockedTarget, RightCode, Tx};

impl Stored {
    /// Looks at the codes of a request, each counted before and whatever becomes of the rest of the request.
    pub(super) async fn try_codes(
        &self,
        session: &Session,
        selector: &Selector,
        codes: &BTreeMap<String, Code>,
    ) -> Result<Vec<RightCode>, IntegrationError> {
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(field) = codes.keys().find(|field| !self.requirements.verifies(field)) {
            let text = format!("'{field}{SUFFIX}' cannot be used: no code is sent for that");
            return Err(IntegrationError::Invalid(text.into()));
        }
        let found = self.store.find_customer(selector, &session.reach()).await?;
        check_found(&self.store, selector, found.as_ref())?;
        let mut right = Vec::with_capacity(codes.len());
        for (field, code) in codes {
            let tried = match &found {
                Some(target) => self.store.try_code(target.id, field, code).await?,
                None => None,
            };
            right.push(tried.ok_or_else(|| IntegrationError::WrongCode(field.clone()))?);
        }
        Ok(right)
    }
}

/// Verifies the fields of right codes, unless somebody else used them meanwhile or the request changes what they are for.
pub(super) async fn spend_codes(
    tx: &mut Tx,
    locked: &LockedTarget,
    document: &mut Document,
    codes: &[RightCode],
) -> Result<(), IntegrationError> {
    for code in codes {
        if !tx.spend_code(locked, document, code).await? {
            return Err(IntegrationError::WrongCode(code.field().to_owned()));
        }
        document.verify(code.field(), &tx.binder(locked));
    }
    Ok(())
}

/// Has codes sent to the fields that wait for one: when there is none yet, or the customer gave the same value again.
pub(super) async fn request_codes(
    tx: &mut Tx,
    locked: &LockedTarget,
    document: &Document,
    assessment: &Assessment<'_>,
    given: impl Fn(&str) -> bool,
) -> Result<(), IntegrationError> {
    let mut fields: Vec<_> = assessment.unverified().map(|asked| asked.field.name()).collect();
    // Whoever shares two destinations with somebody waits for them in the same order.
    fields.sort_unstable();
    for field in fields {
        tx.request_code(locked, document, field, given(field)).await?;
    }
    Ok(())
}

/// Says that what came as the code of a field is none; one answer, whatever is wrong with it.
#[must_use]
pub fn wrong_code(field: &str) -> Message {
    Message::spoken(|language| match language {
        Language::En => format!("'{field}{SUFFIX}' is wrong or too late: give '{field}' again to get another code"),
        Language::Es => format!(
            "'{field}{SUFFIX}' no es correcto o ha caducado: facilite '{field}' de nuevo para recibir otro código"
        ),
        Language::De => format!(
            "'{field}{SUFFIX}' ist falsch oder abgelaufen: Bitte geben Sie '{field}' noch einmal an, \
             um einen neuen Code zu erhalten"
        ),
    })
}
