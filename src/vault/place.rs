//! The place of a sealed value, which is sealed into it.

use std::fmt;

use uuid::Uuid;

/// Where a sealed value is kept. A value opens in the place it was sealed for and in no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The id of the row.
    pub row: Uuid,
    /// The column.
    pub column: &'static str,
    /// The version of the row, for values that are replaced; 0 for those that are not.
    pub version: i64,
}

impl Place {
    /// Names a chunk of a file by its index, counted from 0, and by whether it is the last one. Opened with the index at
    /// which it is found, and `last` true for the final chunk alone, chunks that were swapped, dropped or appended fail.
    /// An empty file is one empty last chunk; no chunk at all is a broken file.
    #[must_use]
    pub fn chunk(table: &'static str, file: Uuid, column: &'static str, index: u32, last: bool) -> Self {
        Self { table, row: file, column, version: 2 * i64::from(index) + i64::from(last) }
    }

    /// Writes header and place as associated data; no other pair gives the same bytes, because a header tells its own
    /// length and the names come with theirs.
    pub(super) fn associated_data(self, header: &[u8]) -> Vec<u8> {
        let mut bytes = header.to_vec();
        for name in [self.table, self.column] {
            bytes.extend((name.len() as u64).to_be_bytes());
            bytes.extend(name.as_bytes());
        }
        bytes.extend(self.row.as_bytes());
        bytes.extend(self.version.to_be_bytes());
        bytes
    }
}

/// Writes `table.column of row …`, which tells nothing about a person.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} of row {}", self.table, self.column, self.row)
    }
}
