//! The files of a PUT: made the customer's in its transaction, or the PUT is refused.

use super::{IntegrationError, PutCustomer};
use crate::domain::document::{Document, Held};
use crate::domain::field::FieldRef;
use crate::domain::file::FileError;
use crate::domain::language::{Language, Message};
use crate::domain::requirement::Requirements;
use crate::domain::session::Session;
use crate::domain::submission::{FileReference, SubmissionError};
use crate::store::{ClaimedFile, LockedTarget, Tx};

/// Claims the files that came with the PUT and those that it names, and gives them by canonical name of the field.
pub(super) async fn claim<'p>(
    tx: &mut Tx,
    locked: &LockedTarget,
    document: &Document,
    session: &Session,
    put: &'p PutCustomer,
    requirements: &Requirements,
) -> Result<Vec<(&'p str, ClaimedFile)>, IntegrationError> {
    let mut claimed = Vec::new();
    for (field, file) in &put.files {
        let late = || IntegrationError::Invalid(too_late(field));
        claimed.push((field.as_str(), tx.claim_file(locked, file).await?.ok_or_else(late)?));
    }
    for (field, FileReference { name, id }) in &put.file_ids {
        // Named once more where it is already, it changes nothing.
        if document.held(field) == Some(&Held::File(id.uuid())) {
            continue;
        }
        // Somebody else's, used already, too late, or never there: nobody learns which.
        let unknown = || IntegrationError::Invalid(SubmissionError::UnknownFile(name.clone()).into());
        let file = tx.claim_posted_file(locked, *id, &session.reach()).await?.ok_or_else(unknown)?;
        let types = requirements.field(field).map(FieldRef::file_types).unwrap_or_default();
        if !types.contains(&file.file_type) {
            return Err(IntegrationError::Invalid(FileError::Type.refuse(name, types)));
        }
        claimed.push((field.as_str(), file));
    }
    Ok(claimed)
}

fn too_late(field: &str) -> Message {
    Message::spoken(|language| match language {
        Language::En => format!("'{field}' did not arrive in time: send it again"),
        Language::Es => format!("'{field}' no ha llegado a tiempo: envíelo de nuevo, por favor"),
        Language::De => format!("'{field}' ist nicht rechtzeitig angekommen: Bitte senden Sie es erneut"),
    })
}
