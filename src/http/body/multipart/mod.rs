//! `multipart/form-data` bodies ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)): texts are kept, files stream by.

mod feed;
mod part;

use multer::{Field, Multipart};

use super::super::ApiError;
use super::source::Source;
use super::{Fields, FileSink, Limits, PartKind};
use crate::domain::submission::RawValue;

pub use part::FileContent;

use self::feed::Feed;

/// [RFC 2046 section 5.1.1](https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1): "no longer than 70 characters".
const MAX_BOUNDARY: usize = 70;

/// Reads the parts in whatever order they come.
pub(super) async fn read(
    source: Source,
    boundary: Option<&str>,
    limits: &Limits,
    classify: impl Fn(&str) -> PartKind + Send,
    files: &mut impl FileSink,
    fields: &mut Fields,
) -> Result<(), ApiError> {
    let boundary = boundary
        .filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or(ApiError::bad_request("Content-Type needs a boundary of 1 to 70 characters"))?;
    let feed = Feed::new(source);
    let mut parts = Multipart::new(feed.clone(), boundary);
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        feed.expect_content();
        let name = part::name_of(part.headers())?;
        let kind = classify(&name);
        read_part(name, kind, part, limits, files, fields).await?;
        feed.expect_header();
    }
    feed.finish().await
}

async fn read_part(
    name: String,
    kind: PartKind,
    part: Field<'static>,
    limits: &Limits,
    files: &mut impl FileSink,
    fields: &mut Fields,
) -> Result<(), ApiError> {
    let media_type = part::check_headers(&name, part.headers())?;
    match kind {
        PartKind::Text => {
            let text = part::text(&name, media_type, part, limits.text).await?;
            fields.insert(name, Some(RawValue::Text(text)))
        }
        PartKind::File => {
            // Before a byte is stored: a file given twice must not be stored twice.
            fields.insert(name.clone(), None)?;
            let mut content = FileContent::open(&name, part, limits.file).await?;
            files.store(&name, &mut content).await?;
            content.skip().await
        }
        PartKind::FileOrNothing => {
            let Some(mut content) = FileContent::open_if_any(part, limits.file).await? else {
                return fields.insert(name, Some(RawValue::Other));
            };
            fields.insert(name.clone(), None)?;
            files.store(&name, &mut content).await?;
            content.drain().await
        }
        PartKind::Ignored => {
            fields.insert(name, Some(RawValue::Other))?;
            FileContent::new(part, limits.file).skip().await
        }
    }
}

/// What the parser met: an error of the body under it comes out as it went in, anything else is the client's grammar.
fn malformed(error: multer::Error) -> ApiError {
    let grammar = || ApiError::bad_request("the multipart body is malformed or incomplete");
    match error {
        multer::Error::StreamReadFailed(cause) => cause.downcast().map_or_else(|_| grammar(), |refusal| *refusal),
        _ => grammar(),
    }
}
