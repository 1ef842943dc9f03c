//! What the API would refuse, as a page.

use axum::response::{IntoResponse, Response};

use crate::domain::language::Language;
use crate::http::ApiError;
use crate::http::error::Told;
use crate::http::language::spoken_of;
use crate::http::pages::{console, render};

/// A refusal of the console.
pub(in crate::http) struct Refused(ApiError);

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        spoken_of(&[Language::En]);
        let Told { status, text, headers } = self.0.tell();
        let mut page = render(&console::Trouble::new(status, &text));
        page.headers_mut().extend(headers);
        page
    }
}
