//! Files that a request brings: looked at and sealed into the store while they arrive, and deleted if nobody keeps them.

use tokio::runtime::Handle;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Unfit;
use crate::domain::causes::chain;
use crate::domain::file::{FileError, FileType, Inspected, Inspection};
use crate::http::body::FileContent;
use crate::store::{FileUpload, Store};

/// The files of one request.
pub(in crate::http) struct Arrivals {
    store: Store,
    begun: Vec<Uuid>,
}

impl Arrivals {
    pub(in crate::http) fn new(store: &Store) -> Self {
        Self { store: store.clone(), begun: Vec::new() }
    }

    /// Takes a file that may have `types`, up to its end, which is still to be stored.
    pub(in crate::http) async fn receive(
        &mut self,
        types: &[FileType],
        content: &mut FileContent,
    ) -> Result<(FileUpload, Inspected), Unfit> {
        let check = |file_type| if types.contains(&file_type) { Ok(()) } else { Err(FileError::Type) };
        let mut inspection = Inspection::new();
        // Nothing is stored before it is known to be of such a type.
        let mut head = Zeroizing::new(Vec::new());
        while inspection.file_type().is_none()
            && let Some(chunk) = content.chunk().await?
        {
            inspection.push(&chunk)?;
            head.extend_from_slice(&chunk);
        }
        // A file that ends before its type is known for sure is here whole.
        let whole = if inspection.file_type().is_none() { Some(std::mem::take(&mut inspection)) } else { None };
        let whole = whole.map(Inspection::finish).transpose()?;
        whole.map(|whole| whole.file_type).or(inspection.file_type()).map_or(Ok(()), check)?;
        let mut upload = self.store.begin_upload().await?;
        self.begun.push(upload.id());
        upload.write(&head).await?;
        drop(head);
        while let Some(chunk) = content.chunk().await? {
            inspection.push(&chunk)?;
            upload.write(&chunk).await?;
        }
        let inspected = whole.map_or_else(|| inspection.finish(), Ok)?;
        Ok((upload, inspected))
    }

    /// Leaves what arrived to whoever took it.
    pub(in crate::http) fn keep(mut self) {
        self.begun.clear();
    }

    /// Deletes everything that arrived.
    pub(in crate::http) async fn discard(mut self) {
        delete(self.store.clone(), std::mem::take(&mut self.begun)).await;
    }
}

/// A client that went away leaves nothing either. What a crash leaves behind, the sweeper deletes.
impl Drop for Arrivals {
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
