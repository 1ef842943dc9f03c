//! One reader for JSON, form and multipart bodies: the same pairs, whatever they came in.

mod form;
mod json;
mod multipart;
mod object;
mod source;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};

use super::ApiError;
use super::language;
use super::media_type::MediaType;
use super::pairs::Pairs;
use crate::domain::submission::RawValue;

pub use multipart::FileContent;
pub use object::{Unique, read_object};

use self::source::Source;

/// How much one body may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the whole body; beyond them 413.
    pub body: usize,
    /// Bytes of a body that is read into memory whole, JSON or form; beyond them 413.
    pub buffered: usize,
    /// Bytes of one file; beyond them 413.
    pub file: usize,
    /// Bytes of one text; beyond them 400.
    pub text: usize,
    /// Fields, files included; beyond them 400.
    pub fields: usize,
}

impl Limits {
    /// For bodies of a few short texts, some of which anybody may send: nothing much is kept of them.
    const TEXTS: Self = Self { body: 16 << 10, buffered: 16 << 10, file: 0, text: 8 << 10, fields: 16 };

    /// For a form of our pages: a code that it carries sealed, or a word on each field of a customer and a reason.
    const FORM: Self = Self { body: 64 << 10, buffered: 64 << 10, file: 0, text: 16 << 10, fields: 256 };

    /// For a file alone.
    const FILE: Self = Self { body: (10 << 20) + (64 << 10), buffered: 0, file: 10 << 20, text: 0, fields: 16 };

    /// Bytes of an object that an operator sends.
    const OBJECT: usize = 64 << 10;
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 32 << 20, buffered: 2 << 20, file: 10 << 20, text: 64 << 10, fields: 128 }
    }
}

/// How a multipart part is read, decided by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// UTF-8, kept in memory.
    Text,
    /// Bytes, streamed to the [`FileSink`].
    File,
    /// The same from a page: what browsers send for a field in which nobody put a file has the value
    /// [`RawValue::Other`], and whatever the sink leaves of a file is read past, however long it is.
    FileOrNothing,
    /// Read past; its pair has the value [`RawValue::Other`].
    Ignored,
}

/// Takes the files of a multipart body as they arrive.
pub trait FileSink: Send {
    /// Takes one file: at least a byte, read chunk by chunk from `content`; what is left unread is skipped.
    ///
    /// Nothing is final yet: the body may still turn out to be refused.
    fn store(&mut self, field: &str, content: &mut FileContent) -> impl Future<Output = Result<(), ApiError>> + Send;
}

/// Names and values of a body; a file has no value.
type Fields = Pairs<Option<RawValue>>;

/// Reads a body as its `Content-Type` says: names and values in the order of the body, files to `files`.
///
/// A body that is absent, or empty without a content type, has no pairs. One with `lang` is answered in that language.
///
/// # Errors
/// 400 malformed, a name twice, a NUL, invalid UTF-8, too many fields, a text too long, an empty file; 408 too slow;
/// 413 beyond a limit; 415 another content type, character set or content encoding. Whatever `files` answers.
pub async fn read(
    request: Request,
    limits: &Limits,
    classify: impl Fn(&str) -> PartKind + Send,
    files: &mut impl FileSink,
) -> Result<Vec<(String, RawValue)>, ApiError> {
    let mut fields = Fields::new(limits.fields);
    let done = read_into(&mut fields, request, limits, classify, files).await;
    if let Some(Some(RawValue::Text(lang))) = fields.get("lang") {
        // Before anything is refused: the refusal is for the same reader.
        language::ask(lang);
    }
    done?;
    Ok(fields.into_entries().into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

async fn read_into(
    fields: &mut Fields,
    request: Request,
    limits: &Limits,
    classify: impl Fn(&str) -> PartKind + Send,
    files: &mut impl FileSink,
) -> Result<(), ApiError> {
    let (parts, body) = request.into_parts();
    check_encoding(&parts.headers)?;
    check_length(&parts.headers, limits.body)?;
    let media_type = media_type(&parts.headers)?;
    let mut source = Source::new(body, limits.body);
    match media_type.as_ref().map(|media_type| media_type.essence.as_str()) {
        Some("application/json") => json::read(&source.collect(limits.buffered).await?, limits, fields)?,
        Some("application/x-www-form-urlencoded") => {
            form::read(&source.collect(limits.buffered).await?, limits, fields)?;
        }
        Some("multipart/form-data") => {
            let boundary = media_type.as_ref().and_then(|media_type| media_type.get("boundary"));
            multipart::read(source, boundary, limits, classify, files, fields).await?;
        }
        None if source.chunk().await?.is_none() => {}
        None | Some(_) => return Err(unsupported("send application/json, multipart/form-data or a form")),
    }
    Ok(())
}

/// Reads a body in which no file has a place: a few short texts.
///
/// # Errors
/// As [`read`].
pub async fn read_texts(request: Request) -> Result<Vec<(String, RawValue)>, ApiError> {
    read(request, &Limits::TEXTS, |_| PartKind::Text, &mut NoFiles).await
}

/// Reads a form of our pages in which no file has a place.
///
/// # Errors
/// As [`read`].
pub async fn read_form(request: Request) -> Result<Vec<(String, RawValue)>, ApiError> {
    read(request, &Limits::FORM, |_| PartKind::Text, &mut NoFiles).await
}

/// Reads a multipart body for its one file, which is the part called `name`; other parts are read past.
///
/// # Errors
/// As [`read`]; 415 when it is no multipart body.
pub async fn read_file(request: Request, name: &str, file: &mut impl FileSink) -> Result<(), ApiError> {
    match media_type(request.headers())?.as_ref().map(|media_type| media_type.essence.as_str()) {
        Some("multipart/form-data") => {}
        None | Some(_) => return Err(unsupported("send multipart/form-data")),
    }
    let kind = |part: &str| if part == name { PartKind::File } else { PartKind::Ignored };
    read(request, &Limits::FILE, kind, file).await.map(drop)
}

/// Reads a body as it is, because somebody signed it.
///
/// # Errors
/// 408 too slow; 413 beyond `at_most` bytes.
pub async fn read_bytes(request: Request, at_most: usize) -> Result<Vec<u8>, ApiError> {
    let (parts, body) = request.into_parts();
    check_length(&parts.headers, at_most)?;
    Source::new(body, at_most).collect(at_most).await
}

struct NoFiles;

impl FileSink for NoFiles {
    async fn store(&mut self, _: &str, _: &mut FileContent) -> Result<(), ApiError> {
        Err(ApiError::bad_request("no file has a place here"))
    }
}

/// A small compressed body can unpack to any size, so none is unpacked.
fn check_encoding(headers: &HeaderMap) -> Result<(), ApiError> {
    let identity = |value: &axum::http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(CONTENT_ENCODING).iter().all(identity) {
        Ok(())
    } else {
        Err(unsupported("Content-Encoding is not supported"))
    }
}

/// Refuses a body that announces itself as too large, before any of it is read.
fn check_length(headers: &HeaderMap, limit: usize) -> Result<(), ApiError> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) { Err(source::too_large()) } else { Ok(()) }
}

fn media_type(headers: &HeaderMap) -> Result<Option<MediaType>, ApiError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let media_type = MediaType::parse(value)
        .filter(|_| values.next().is_none())
        .ok_or(ApiError::bad_request("Content-Type is malformed"))?;
    if media_type.is_utf8() { Ok(Some(media_type)) } else { Err(unsupported("the charset must be utf-8")) }
}

fn unsupported(message: &'static str) -> ApiError {
    ApiError::UnsupportedMediaType(message.into())
}
