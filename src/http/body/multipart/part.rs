//! One part of a multipart body: whose it is, and its bytes.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use bytes::Bytes;
use multer::Field;

use super::super::super::ApiError;
use super::super::super::media_type::MediaType;
use super::super::super::pairs::{checked_text, printable, too_long};
use super::malformed;
use crate::domain::language::{Language, Message, Text};

static CONTENT_TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

/// A file beyond its limit.
const TOO_LARGE: Text = Text {
    en: "a file is too large",
    es: "uno de los archivos es demasiado grande",
    de: "eine der Dateien ist zu groß",
};

/// A part's name ([RFC 7578 section 4.2](https://www.rfc-editor.org/rfc/rfc7578#section-4.2)). The parser's own reading
/// finds `name=` inside a quoted file name too.
pub(super) fn name_of(headers: &HeaderMap) -> Result<String, ApiError> {
    headers
        .get(CONTENT_DISPOSITION)
        .and_then(MediaType::parse)
        .filter(|disposition| disposition.essence == "form-data")
        .and_then(|disposition| disposition.get("name").map(str::to_owned))
        .ok_or_else(|| ApiError::bad_request("every part needs Content-Disposition: form-data with a name"))
}

/// Refuses a part in a part, and transfer encodings, which RFC 7578 abolished and which would be stored undecoded.
pub(super) fn check_headers(name: &str, headers: &HeaderMap) -> Result<Option<MediaType>, ApiError> {
    let refused = |what: &str| Err(ApiError::bad_request(format!("{} {what}", printable(name))));
    if let Some(encoding) = headers.get(&CONTENT_TRANSFER_ENCODING) {
        let plain =
            ["7bit", "8bit", "binary"].iter().any(|known| encoding.as_bytes().eq_ignore_ascii_case(known.as_bytes()));
        if !plain {
            return refused("must not have a Content-Transfer-Encoding");
        }
    }
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(None);
    };
    match MediaType::parse(value) {
        Some(media_type) if media_type.essence.starts_with("multipart/") => refused("must not be multipart itself"),
        Some(media_type) => Ok(Some(media_type)),
        None => refused("has a malformed Content-Type"),
    }
}

/// Reads a text part whole.
pub(super) async fn text(
    name: &str,
    media_type: Option<MediaType>,
    mut field: Field<'_>,
    max_bytes: usize,
) -> Result<String, ApiError> {
    let must_be_text = || ApiError::bad_request(format!("{} must be UTF-8 text", printable(name)));
    if media_type.is_some_and(|media_type| !media_type.essence.starts_with("text/") || !media_type.is_utf8()) {
        return Err(must_be_text());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(malformed)? {
        if bytes.len() + chunk.len() > max_bytes {
            return Err(too_long(name));
        }
        bytes.extend_from_slice(&chunk);
    }
    checked_text(name, String::from_utf8(bytes).map_err(|_| must_be_text())?, max_bytes)
}

fn must_have_content(name: &str) -> Message {
    Message::spoken(|language| match language {
        Language::En => format!("'{name}' must be a file with content"),
        Language::Es => format!("'{name}' debe ser un archivo con contenido"),
        Language::De => format!("'{name}' muss eine Datei mit Inhalt sein"),
    })
}

/// The bytes of a file, as they arrive.
pub struct FileContent {
    field: Field<'static>,
    /// A chunk that was read ahead, to know that there is one.
    first: Option<Bytes>,
    left: usize,
}

impl FileContent {
    pub(super) fn new(field: Field<'static>, max_bytes: usize) -> Self {
        Self { field, first: None, left: max_bytes }
    }

    /// Waits for the first bytes of a file.
    pub(super) async fn open(name: &str, field: Field<'static>, max_bytes: usize) -> Result<Self, ApiError> {
        let content = Self::open_if_any(field, max_bytes).await?;
        content.ok_or_else(|| ApiError::bad_request(must_have_content(printable(name))))
    }

    /// The same; `None` if there are none.
    pub(super) async fn open_if_any(field: Field<'static>, max_bytes: usize) -> Result<Option<Self>, ApiError> {
        let mut content = Self::new(field, max_bytes);
        content.first = content.chunk().await?;
        Ok(content.first.is_some().then_some(content))
    }

    /// Gives the next bytes, at least one and at most some ten thousand; `None` at the end of the file.
    ///
    /// # Errors
    /// 413 beyond the limit of a file, 400 when the body is malformed or breaks off, 408 when it comes too slowly.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        while let Some(chunk) = self.field.chunk().await.map_err(malformed)? {
            let too_large = || ApiError::PayloadTooLarge(&TOO_LARGE);
            self.left = self.left.checked_sub(chunk.len()).ok_or_else(too_large)?;
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    /// Reads past the rest, beyond the limit of a file as well: only that of the body counts.
    pub(super) async fn drain(&mut self) -> Result<(), ApiError> {
        self.left = usize::MAX;
        self.skip().await
    }

    /// Reads past the rest.
    pub(super) async fn skip(&mut self) -> Result<(), ApiError> {
        while self.chunk().await?.is_some() {}
        Ok(())
    }
}
