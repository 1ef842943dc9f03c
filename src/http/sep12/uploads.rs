//! The files of a PUT: sealed into the store while they arrive, claimed by the PUT or discarded with it.

use tokio::runtime::Handle;
use uuid::Uuid;

use crate::domain::causes::chain;
use crate::domain::field::{FieldRef, FieldType};
use crate::domain::language::{Language, Message};
use crate::domain::requirement::Requirements;
use crate::domain::submission;
use crate::http::ApiError;
use crate::http::body::{FileContent, FileSink, PartKind};
use crate::store::{StagedFile, Store};

/// How much of a file is looked at to tell its type.
const SNIFFED: usize = 64;

/// What SEP-12's examples name, and PDF, which documents come as.
pub(in crate::http) const CONTENT_TYPES: [&str; 3] = ["image/jpeg", "image/png", "application/pdf"];

/// Decides by its name alone how a part is read: neither a file name nor a part type is needed.
pub(super) fn part_kind(requirements: &Requirements, name: &str) -> PartKind {
    match requirements.field(name) {
        Some(field) if field.kind() == FieldType::Binary => PartKind::File,
        Some(_) => PartKind::Text,
        None if submission::PARAMETERS.contains(&name) => PartKind::Text,
        None => PartKind::Ignored,
    }
}

/// The files of one request.
pub(super) struct Uploads<'a> {
    store: &'a Store,
    requirements: &'a Requirements,
    begun: Vec<Uuid>,
    staged: Vec<(String, StagedFile)>,
}

impl<'a> Uploads<'a> {
    pub(super) fn new(store: &'a Store, requirements: &'a Requirements) -> Self {
        Self { store, requirements, begun: Vec::new(), staged: Vec::new() }
    }

    /// The files that arrived, by canonical field name.
    pub(super) fn staged(&self) -> Vec<(String, StagedFile)> {
        self.staged.clone()
    }

    /// Leaves what arrived to the PUT that claimed it.
    pub(super) fn keep(mut self) {
        self.begun.clear();
    }

    /// Deletes everything that arrived.
    pub(super) async fn discard(mut self) {
        delete(self.store.clone(), std::mem::take(&mut self.begun)).await;
    }

    async fn stage(&mut self, field: &FieldRef, content: &mut FileContent) -> Result<(), ApiError> {
        if self.staged.iter().any(|(name, _)| name == field.name()) {
            return Err(ApiError::bad_request(format!("'{}' has two spellings: give only one of them", field.name())));
        }
        let mut head = Vec::with_capacity(SNIFFED);
        while head.len() < SNIFFED
            && let Some(chunk) = content.chunk().await?
        {
            head.extend_from_slice(&chunk);
        }
        let content_type = sniff(&head).ok_or_else(|| ApiError::bad_request(undecodable(field.name())))?;
        let mut upload = self.store.begin_upload().await?;
        self.begun.push(upload.id());
        upload.write(&head).await?;
        while let Some(chunk) = content.chunk().await? {
            upload.write(&chunk).await?;
        }
        self.staged.push((field.name().to_owned(), upload.finish(content_type).await?));
        Ok(())
    }
}

/// A client that went away leaves nothing either. What a crash leaves behind, the sweeper deletes.
impl Drop for Uploads<'_> {
    fn drop(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        if let (false, Ok(runtime)) = (begun.is_empty(), Handle::try_current()) {
            runtime.spawn(delete(self.store.clone(), begun));
        }
    }
}

async fn delete(store: Store, files: Vec<Uuid>) {
    for id in files {
        if let Err(error) = store.delete_unclaimed_file(id).await {
            tracing::warn!(error = chain(&error), "an unclaimed file is left to the sweeper");
        }
    }
}

impl FileSink for Uploads<'_> {
    async fn store(&mut self, field: &str, content: &mut FileContent) -> Result<(), ApiError> {
        let unknown = || ApiError::bad_request("a file for an unknown field");
        let field = self.requirements.field(field).ok_or_else(unknown)?;
        self.stage(field, content).await
    }
}

fn undecodable(field: &str) -> Message {
    Message::spoken(|language| match language {
        Language::En => format!("'{field}' cannot be decoded. Must be jpg, png or pdf."),
        Language::Es => format!("'{field}' no se puede descodificar. Debe ser jpg, png o pdf."),
        Language::De => format!("'{field}' kann nicht gelesen werden. Erlaubt sind jpg, png und pdf."),
    })
}

/// Tells the type of a file by its content; what the client calls it does not count.
fn sniff(head: &[u8]) -> Option<&'static str> {
    let found = infer::get(head)?.mime_type();
    CONTENT_TYPES.into_iter().find(|content_type| *content_type == found)
}
