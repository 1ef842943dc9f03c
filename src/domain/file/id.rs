//! The id of an uploaded file, as SEP-12 hands it out.

use std::fmt;

use uuid::Uuid;

const PREFIX: &str = "file_";

/// A `file_id`: unlike the id of a customer, and never taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileId(Uuid);

impl FileId {
    /// Makes the id of a stored file.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// Reads an id in the one form in which it is written; nothing else is anybody's file.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let id = Self(Uuid::try_parse(text.strip_prefix(PREFIX)?).ok()?);
        (id.to_string() == text).then_some(id)
    }

    /// The id of the row.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}
