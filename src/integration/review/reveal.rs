//! Reading one value or file of a customer, which is remembered before it is given out.

use uuid::Uuid;

use super::{ReviewError, Reviews};
use crate::domain::audit::Action;
use crate::domain::document::Held;
use crate::domain::field::FieldRef;
use crate::domain::pii::Pii;
use crate::store::{FileRecord, NewAuditEntry};

/// What was asked for.
pub struct Revealed {
    /// The canonical name of the field.
    pub field: String,
    /// What it holds.
    pub content: Content,
}

/// What a field holds.
pub enum Content {
    /// A value.
    Value(Pii<String>),
    /// A file, to be read by its id.
    File(FileRecord),
}

impl Reviews {
    /// Gives the value or file of a field, by any spelling, for a reason.
    ///
    /// # Errors
    /// No reason; [`ReviewError::NotFound`] when there is no such customer or it holds nothing there; storage failed.
    pub async fn reveal(&self, id: Uuid, operator: &str, field: &str, reason: &str) -> Result<Revealed, ReviewError> {
        if reason.trim().is_empty() {
            return Err(ReviewError::Invalid("'reason' must say why the value is read".to_owned()));
        }
        let mut tx = self.store.begin().await?;
        let locked = Self::lock(&mut tx, id).await?;
        // What no type asks for any more may still be held.
        let name = self.requirements.field(field).map_or(field, FieldRef::name);
        let document = locked.document()?;
        let content = match document.held(name).ok_or(ReviewError::NotFound)? {
            Held::Value(value) => Content::Value(Pii::new(value.clone())),
            Held::File(file) => Content::File(tx.find_file(&locked, *file).await?.ok_or(ReviewError::NotFound)?),
        };
        let action = Action::Reveal { field: name.to_owned() };
        tx.insert_audit_entry(&locked, NewAuditEntry { operator, action: &action, reason: Some(reason) }).await?;
        tx.commit().await?;
        Ok(Revealed { field: name.to_owned(), content })
    }
}
