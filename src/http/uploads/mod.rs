//! The files of a request that gives something: by the names of their fields, claimed with it or discarded with it.

mod arrivals;

use crate::domain::field::{FieldRef, FieldType};
use crate::domain::file::{FileError, FileType};
use crate::domain::requirement::Requirements;
use crate::domain::submission::{self, SubmissionError};
use crate::domain::verification;
use crate::http::ApiError;
use crate::http::body::{FileContent, FileSink, PartKind};
use crate::store::{StagedFile, Store, StoreError};

pub(super) use arrivals::Arrivals;

/// Why a file was not taken.
pub(super) enum Unfit {
    /// It is not what is asked for.
    File(FileError),
    /// There is one for that field already.
    Second,
    /// It did not arrive, or cannot be kept.
    Failed(ApiError),
}

impl Unfit {
    /// Refuses a file that came by that name and may have `types`.
    pub(super) fn refuse(self, name: &str, types: &[FileType]) -> ApiError {
        match self {
            Self::File(error) => ApiError::bad_request(error.refuse(name, types)),
            Self::Second => SubmissionError::SecondFile(name.to_owned()).into(),
            Self::Failed(error) => error,
        }
    }
}

impl From<FileError> for Unfit {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<ApiError> for Unfit {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Unfit {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

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

/// The files of one request.
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

    /// Takes the file of a field, which goes by any of its spellings.
    pub(super) async fn receive(&mut self, name: &str, content: &mut FileContent) -> Result<(), Unfit> {
        let unknown = || ApiError::bad_request("a file for an unknown field");
        let field = self.requirements.field(name).ok_or_else(unknown)?;
        if self.has(field.name()) {
            return Err(Unfit::Second);
        }
        let (upload, inspected) = self.arrivals.receive(field.file_types(), content).await?;
        self.staged.push((field.name().to_owned(), upload.finish(inspected).await?));
        Ok(())
    }

    /// Leaves what arrived to whoever claimed it.
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
        let types = self.requirements.field(name).map(FieldRef::file_types).unwrap_or_default();
        self.receive(name, content).await.map_err(|unfit| unfit.refuse(name, types))
    }
}
