//! Whose pages these are: the operator's name, logo and colour.
//!
//! Every page has them, also one that answers a refusal from deep inside; so they belong to the request, like its
//! language.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;

use super::palette;
use crate::domain::color::Color;

/// The path at which the logo is served, if there is one.
pub const LOGO_PATH: &str = "/assets/logo";

tokio::task_local! {
    static BRAND: Arc<Brand>;
}

/// How pages look.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// By which name pages call the operator.
    pub name: String,
    /// The picture beside it.
    pub logo: Option<Logo>,
    /// The colour of buttons and links.
    pub color: Option<Color>,
}

/// A picture, with its media type.
#[derive(Clone, Debug)]
pub struct Logo {
    /// The media type.
    pub content_type: &'static str,
    /// The file.
    pub bytes: Bytes,
}

impl Brand {
    /// Runs what answers a request for one of its pages.
    pub(in crate::http) async fn scope<F: Future>(brand: Arc<Self>, answering: F) -> F::Output {
        BRAND.scope(brand, answering).await
    }

    /// The one whose page is rendered.
    pub(super) fn current() -> Arc<Self> {
        BRAND.try_with(Arc::clone).unwrap_or_default()
    }

    /// The stylesheet of its pages.
    #[must_use]
    pub fn stylesheet(&self) -> Response {
        let colors = self.color.map(palette::rules).unwrap_or_default();
        super::asset("text/css; charset=utf-8", format!("{}{colors}", include_str!("kycd.css")))
    }
}

impl IntoResponse for Logo {
    fn into_response(self) -> Response {
        // Opened by itself, it is a picture and nothing else.
        let policy = [(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")];
        (policy, super::asset(self.content_type, self.bytes)).into_response()
    }
}
