//! What pages load, by URLs that change whenever it does: what a browser has once, it never asks for again.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::header;

/// The one script of the pages that have one, at [`SCRIPT_PATH`](super::SCRIPT_PATH).
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("text/javascript; charset=utf-8", include_str!("kycd.js")));

/// How many bytes of the digest tell two versions apart.
const DIGEST: usize = 12;

/// Something that pages load.
#[derive(Clone, Debug)]
pub struct Asset {
    content_type: &'static str,
    content: Bytes,
    version: String,
}

impl Asset {
    /// Takes what a file has in it, with its media type.
    #[must_use]
    pub fn new(content_type: &'static str, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let version = BASE64URL_NOPAD.encode(&digest(&SHA256, &content).as_ref()[..DIGEST]);
        Self { content_type, content, version }
    }

    /// What pages write behind `?v=`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Answers a request with this query. What is another version here may be the one of a server beside this one that
    /// was updated first, or last: nobody keeps our answer in its place.
    #[must_use]
    pub fn answer(&self, query: Option<&str>) -> Response {
        let life = match query.map(|query| query.strip_prefix("v=")) {
            None => "public, max-age=300",
            Some(Some(version)) if version == self.version => "public, max-age=31536000, immutable",
            Some(_) => "no-store",
        };
        let headers = [
            (header::CONTENT_TYPE, self.content_type),
            (header::CACHE_CONTROL, life),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            // Opened by itself, it is a picture or a text and nothing else.
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        ];
        (headers, self.content.clone()).into_response()
    }
}
