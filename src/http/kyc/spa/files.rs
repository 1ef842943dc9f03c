//! The files that a form of the page brings. One that is not taken does not end the form: it is said beside its input.

use std::collections::BTreeMap;

use super::CAMERA;
use crate::domain::field::FieldRef;
use crate::domain::language::Text;
use crate::domain::requirement::Requirements;
use crate::http::ApiError;
use crate::http::body::{FileContent, FileSink};
use crate::http::language::spoken;
use crate::http::pages::{TOO_LARGE, sentence};
use crate::http::state::AppState;
use crate::http::uploads::{Unfit, Uploads};
use crate::store::StagedFile;

const SECOND: Text = Text {
    en: "Please give one file: a photo or a file of yours.",
    es: "Facilite un solo archivo, por favor: una foto o un archivo suyo.",
    de: "Bitte geben Sie nur eine Datei an: ein Foto oder eine vorhandene Datei.",
};

/// The files of one form.
pub(in crate::http::kyc) struct PageFiles<'a> {
    requirements: &'a Requirements,
    uploads: Uploads<'a>,
    /// What is wrong with those that were not taken, by the name of the input.
    pub(super) refused: BTreeMap<String, String>,
}

impl<'a> PageFiles<'a> {
    pub(in crate::http::kyc) fn new(state: &'a AppState) -> Self {
        let requirements = &*state.requirements;
        Self { requirements, uploads: Uploads::new(&state.store, requirements), refused: BTreeMap::new() }
    }

    /// The files that arrived, by canonical field name.
    pub(super) fn staged(&self) -> Vec<(String, StagedFile)> {
        self.uploads.staged()
    }

    /// Tells whether a file arrived for a field, or was refused.
    pub(super) fn has(&self, spelling: &str) -> bool {
        let field = self.requirements.field(spelling);
        self.refused.contains_key(spelling) || field.is_some_and(|field| self.uploads.has(field.name()))
    }

    /// Deletes everything that arrived and nobody claimed.
    pub(in crate::http::kyc) async fn discard(self) {
        self.uploads.discard().await;
    }
}

impl FileSink for PageFiles<'_> {
    async fn store(&mut self, name: &str, content: &mut FileContent) -> Result<(), ApiError> {
        let name = name.strip_suffix(CAMERA).unwrap_or(name);
        let types = self.requirements.field(name).map(FieldRef::file_types).unwrap_or_default();
        let refusal = match self.uploads.receive(name, content).await {
            Ok(()) => return Ok(()),
            Err(Unfit::File(error)) => sentence(&error.need(types, spoken())),
            Err(Unfit::Second) => SECOND.say(spoken()).to_owned(),
            Err(Unfit::Failed(ApiError::PayloadTooLarge(_))) => TOO_LARGE.say(spoken()).to_owned(),
            Err(Unfit::Failed(error)) => return Err(error),
        };
        self.refused.insert(name.to_owned(), refusal);
        Ok(())
    }
}
