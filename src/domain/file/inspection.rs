//! Looking at a file while it arrives.

use super::foreign::Foreign;
use super::jpeg::Jpeg;
use super::mp4::Mp4;
use super::pdf::Pdf;
use super::png::Png;
use super::walk::Walk;
use super::webm::Webm;
use super::webp::Webp;
use super::{Broken, FileError, FileType, Quarantine};

/// How much of a file is looked at to tell its type: a PDF may begin that late.
const HEAD: usize = 1024 + PDF_HEADER.len();

const PDF_HEADER: &[u8] = b"%PDF-";

/// What a whole file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Its type.
    pub file_type: FileType,
    /// Why a person has to look at it, if one has to.
    pub quarantine: Option<Quarantine>,
}

/// A file on its way: fed with its pieces, it tells at the end what the file is. How it was cut makes no difference.
pub struct Inspection {
    stage: Stage,
    /// What lies in any part of it, packed ones included, and is another file.
    foreign: Foreign,
}

enum Stage {
    Head(Vec<u8>),
    Body(FileType, Body),
}

/// A reader for each type.
enum Body {
    Jpeg(Walk<Jpeg>),
    Png(Box<Walk<Png>>),
    Pdf(Pdf),
    Webp(Walk<Webp>),
    Mp4(Walk<Mp4>),
    Webm(Walk<Webm>),
}

impl Inspection {
    /// Begins.
    #[must_use]
    pub fn new() -> Self {
        Self { stage: Stage::Head(Vec::new()), foreign: Foreign::anywhere() }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As soon as it is clear that the file is refused.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.foreign.push(bytes);
        let mut rest = bytes;
        if let Stage::Head(head) = &mut self.stage {
            let (missing, more) = bytes.split_at(bytes.len().min(HEAD - head.len()));
            head.extend_from_slice(missing);
            if head.len() < HEAD {
                return Ok(());
            }
            self.stage = begin(head)?;
            rest = more;
        }
        match &mut self.stage {
            Stage::Body(_, body) => body.push(rest).map_err(|Broken| FileError::Broken),
            Stage::Head(_) => Ok(()),
        }
    }

    /// Tells the type, once it is known.
    #[must_use]
    pub fn file_type(&self) -> Option<FileType> {
        match &self.stage {
            Stage::Head(_) => None,
            Stage::Body(file_type, _) => Some(*file_type),
        }
    }

    /// Ends with the file.
    ///
    /// # Errors
    /// It is refused.
    pub fn finish(self) -> Result<Inspected, FileError> {
        let (file_type, body) = match self.stage {
            Stage::Body(file_type, body) => (file_type, body),
            Stage::Head(head) => match begin(&head)? {
                Stage::Body(file_type, body) => (file_type, body),
                Stage::Head(_) => return Err(FileError::Type),
            },
        };
        let quarantine = body.finish().map_err(|Broken| FileError::Broken)?;
        let foreign = match file_type {
            FileType::Pdf => self.foreign.quarantine_of_pdf(),
            FileType::Jpeg | FileType::Png | FileType::Webp | FileType::Mp4 | FileType::Webm => {
                self.foreign.quarantine()
            }
        };
        Ok(Inspected { file_type, quarantine: quarantine.or(foreign) })
    }
}

impl Default for Inspection {
    fn default() -> Self {
        Self::new()
    }
}

/// Tells the type by the content; what the client calls it does not count.
fn begin(head: &[u8]) -> Result<Stage, FileError> {
    let found = infer::get(head).ok_or(FileError::Type)?;
    let file_type = FileType::of(found.mime_type()).ok_or(FileError::Type)?;
    let mut content = head;
    let mut body = match file_type {
        FileType::Jpeg => Body::Jpeg(Walk::new(Jpeg::new())),
        FileType::Png => Body::Png(Box::new(Walk::new(Png::new()))),
        FileType::Pdf => {
            let at = head.windows(PDF_HEADER.len()).position(|found| found == PDF_HEADER).ok_or(FileError::Type)?;
            content = &head[at..];
            Body::Pdf(Pdf::new(at > 0))
        }
        FileType::Webp => Body::Webp(Walk::new(Webp::new())),
        FileType::Mp4 => Body::Mp4(Walk::new(Mp4::new())),
        FileType::Webm => Body::Webm(Walk::new(Webm::new())),
    };
    body.push(content).map_err(|Broken| FileError::Broken)?;
    Ok(Stage::Body(file_type, body))
}

impl Body {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        match self {
            Self::Jpeg(walk) => walk.push(bytes),
            Self::Png(walk) => walk.push(bytes),
            Self::Pdf(pdf) => pdf.push(bytes),
            Self::Webp(walk) => walk.push(bytes),
            Self::Mp4(walk) => walk.push(bytes),
            Self::Webm(walk) => walk.push(bytes),
        }
    }

    fn finish(self) -> Result<Option<Quarantine>, Broken> {
        match self {
            Self::Jpeg(walk) => walk.finish(),
            Self::Png(walk) => walk.finish(),
            Self::Pdf(pdf) => pdf.finish(),
            Self::Webp(walk) => walk.finish(),
            Self::Mp4(walk) => walk.finish(),
            Self::Webm(walk) => walk.finish(),
        }
    }
}
