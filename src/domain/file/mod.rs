//! What customers upload: which types of files are taken, and whether one is what it says.
//!
//! An [`Inspection`] is fed with a file as it arrives and keeps no more of it than the piece at hand. It follows the
//! structure of the file from the first byte to the last. Of what is packed it unpacks only what a PNG holds, to count
//! it; never streams or frames. What is broken, cut off, or would take a reader's memory is refused. What is whole, but
//! can run something or is something else as well, is a case for a person: [`Quarantine`].
//!
//! Adding a type: a variant of [`FileType`], a `Format` in `walk` that follows its structure in a file of its own, and
//! good, cut and broken samples in `tests/domain/file`.

mod foreign;
mod id;
mod inspection;
mod jpeg;
mod mp4;
mod packed;
mod pdf;
mod png;
mod walk;
mod webm;
mod webp;

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::language::{Language, Message};

pub use id::FileId;
pub use inspection::{Inspected, Inspection};

/// A type of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// PDF.
    Pdf,
    /// WebP, one still picture.
    Webp,
    /// MP4.
    Mp4,
    /// `WebM`.
    Webm,
}

impl FileType {
    /// Every type.
    pub const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Pdf, Self::Webp, Self::Mp4, Self::Webm];

    /// What documents come as.
    pub const DOCUMENTS: [Self; 3] = [Self::Jpeg, Self::Png, Self::Pdf];

    /// The media type.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Webp => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
        }
    }

    /// Finds a type by its media type.
    #[must_use]
    pub fn of(content_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.content_type() == content_type)
    }
}

/// Writes the ending that file names have.
impl fmt::Display for FileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::Webp => "webp",
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
        })
    }
}

/// Why a person has to look at a file before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quarantine {
    /// It can run something when it is opened, or carries other files.
    ActiveContent,
    /// It is something else as well: an archive, a page, a program.
    Ambiguous,
}

impl Quarantine {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::ActiveContent, Self::Ambiguous];

    /// The key by which it is stored, and shown to operators.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::ActiveContent => "active_content",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// It has none of the types that are taken.
    Type,
    /// It is broken, cut off, protected, or unpacks to more than anybody needs.
    Broken,
}

impl FileError {
    /// Refuses a file that came by the name of a field and may have `types`.
    #[must_use]
    pub fn refuse(self, name: &str, types: &[FileType]) -> Message {
        Message::spoken(|language| format!("'{name}' {}", self.need(types, language)))
    }

    /// Says what a file of such types needs, in words that finish the sentence "'field' …".
    #[must_use]
    pub fn need(self, types: &[FileType], language: Language) -> String {
        use Language::{De, En, Es};
        let types = any_of(types, language);
        match (self, language) {
            (Self::Type, En) => format!("must be {types}"),
            (Self::Type, Es) => format!("debe ser {types}"),
            (Self::Type, De) => format!("muss {types} sein"),
            (Self::Broken, En) => format!("cannot be decoded: it must be {types}, whole and unprotected"),
            (Self::Broken, Es) => format!("no se puede descodificar: debe ser {types}, completo y sin protección"),
            (Self::Broken, De) => {
                format!("kann nicht gelesen werden: Es muss {types} sein, vollständig und ohne Schutz")
            }
        }
    }
}

/// Lists types, the last behind an "or".
#[must_use]
pub fn any_of(types: &[FileType], language: Language) -> String {
    let or = match language {
        Language::En => "or",
        Language::Es => "o",
        Language::De => "oder",
    };
    let names: Vec<_> = types.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} {or} {last}", others.join(", ")),
        Some(_) | None => names.concat(),
    }
}

/// The most pixels of a picture: more than any phone takes, less than what stops a reader.
const MAX_PIXELS: u64 = 1 << 28;

/// The structure of a file is not that of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken;

/// Takes dimensions of up to four bytes each.
fn check_dimensions(width: u64, height: u64) -> Result<(), Broken> {
    let pixels = width * height;
    if (1..=MAX_PIXELS).contains(&pixels) { Ok(()) } else { Err(Broken) }
}

/// Reads a big-endian number of up to eight bytes.
fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Reads a little-endian number of up to eight bytes.
fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
