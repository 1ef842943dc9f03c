//! The files of a PUT: by the names of their fields, claimed by the PUT or discarded with it.

use super::arrivals::Arrivals;
use crate::domain::field::FieldType;
use crate::domain::requirement::Requirements;
use crate::domain::submission::{self, SubmissionError};
use crate::domain::verification;
use crate::http::ApiError;
use crate::http::body::{FileContent, FileSink, PartKind};
use crate::store::{StagedFile, Store};

/// Decides by its name alone how a part is read: neither a file name nor a part type is needed.
pub(super) fn part_kind(requirements: &Requirements, name: &str) -> PartKind {
    match requirements.field(name) {
        Some(field) if field.kind() == FieldType::Binary => PartKind::File,
        Some(_) => PartKind::Text,
        None if submission::PARAMETERS.contains(&name) => PartKind::Text,
        // Codes, and files that were posted before.
        None if [verification::SUFFIX, submission::FILE_ID].iter().any(|suffix| name.ends_with(suffix)) => {
            PartKind::Text
        }
        None => PartKind::Ignored,
    }
}

/// The files of one PUT.
pub(super) struct Uploads<'a> {
    requirements: &'a Requirements,
    arrivals: Arrivals,
    staged: Vec<(String, StagedFile)>,
}

impl<'a> Uploads<'a> {
    pub(super) fn new(store: &Store, requirements: &'a Requirements) -> Self {
        Self { requirements, arrivals: Arrivals::new(store), staged: Vec::new() }
    }

    /// The files that arrived, by canonical field name.
    pub(super) fn staged(&self) -> Vec<(String, StagedFile)> {
        self.staged.clone()
    }

    /// Tells whether a file arrived for a field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.staged.iter().any(|(name, _)| name == field)
    }

    /// Leaves what arrived to the PUT that claimed it.
    pub(super) fn keep(self) {
        self.arrivals.keep();
    }

    /// Deletes everything that arrived.
    pub(super) async fn discard(self) {
        self.arrivals.discard().await;
    }
}

impl FileSink for Uploads<'_> {
    async fn store(&mut self, name: &str, content: &mut FileContent) -> Result<(), ApiError> {
        let unknown = || ApiError::bad_request("a file for an unknown field");
        let field = self.requirements.field(name).ok_or_else(unknown)?;
        if self.has(field.name()) {
            return Err(SubmissionError::SecondFile(name.to_owned()).into());
        }
        let (upload, inspected) = self.arrivals.receive(name, field.file_types(), content).await?;
        self.staged.push((field.name().to_owned(), upload.finish(inspected).await?));
        Ok(())
    }
}
