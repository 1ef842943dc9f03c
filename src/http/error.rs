//! How the edge says no: one error for every API route.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::language::spoken;
use crate::domain::causes::chain;
use crate::domain::language::{Message, Text};

/// The body of a refusal.
#[derive(Serialize, ToSchema)]
pub(super) struct Refusal {
    /// What is wrong and what to do about it; it repeats nothing that was sent.
    #[schema(min_length = 1, max_length = 300)]
    error: String,
}

/// A refusal as it is told, by whatever form.
pub(super) struct Told {
    /// The status.
    pub(super) status: StatusCode,
    /// What is wrong and what to do about it.
    pub(super) text: String,
    /// What goes with it.
    pub(super) headers: HeaderMap,
}

type Cause = Box<dyn Error + Send + Sync>;

/// The longest `error` text that is sent, in characters.
const MESSAGE_CHARS: usize = 300;

const TOO_SLOW: Text = Text {
    en: "the body came too slowly",
    es: "los datos han llegado con demasiada lentitud; inténtelo de nuevo",
    de: "die Daten sind zu langsam angekommen; bitte versuchen Sie es erneut",
};
const TOO_MANY: Text = Text {
    en: "too many requests, try again later",
    es: "demasiadas solicitudes; inténtelo de nuevo más tarde",
    de: "zu viele Anfragen; bitte versuchen Sie es später erneut",
};
const TOO_MANY_FILES: Text = Text {
    en: "too many files are not in use yet: name them in PUT /customer, or try again later",
    es: "demasiados archivos aún no se utilizan: indíquelos en PUT /customer o inténtelo de nuevo más tarde",
    de: "zu viele Dateien werden noch nicht verwendet: Bitte nennen Sie sie in PUT /customer, oder versuchen Sie es später",
};
const FAILED: Text = Text { en: "internal error", es: "error interno", de: "interner Fehler" };
const UNAVAILABLE: Text = Text {
    en: "temporarily unavailable, try again later",
    es: "no disponible temporalmente; inténtelo de nuevo más tarde",
    de: "vorübergehend nicht verfügbar; bitte versuchen Sie es später erneut",
};

/// A refusal, answered as `{"error": "…"}` with `Cache-Control: no-store`.
///
/// A message names the field and says what to do; it never repeats a submitted value. Answers of 500 and above have a
/// fixed text, and their cause goes to the log, here and nowhere else.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400: the request cannot be understood, or a value is not acceptable.
    #[error("{0}")]
    BadRequest(Message),
    /// 401 with `WWW-Authenticate: Bearer`.
    #[error("a valid bearer token is required")]
    Unauthorized,
    /// 403: the caller is known and may not do this.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// 404, the same bytes whatever was looked for.
    #[error("not found")]
    NotFound,
    /// 405; `Allow` is added by the router.
    #[error("this method is not allowed here")]
    MethodNotAllowed,
    /// 408: the body came too slowly.
    #[error("{}", TOO_SLOW.en)]
    RequestTimeout,
    /// 409: the request does not fit the present state.
    #[error("{0}")]
    Conflict(Cow<'static, str>),
    /// 413: the body, or a file in it, is larger than allowed.
    #[error("{}", .0.en)]
    PayloadTooLarge(&'static Text),
    /// 415: a content type, character set or encoding that is not read here.
    #[error("{0}")]
    UnsupportedMediaType(Cow<'static, str>),
    /// 429 with `Retry-After`: the caller calls too often.
    #[error("{}", TOO_MANY.en)]
    TooManyRequests {
        /// When to come back.
        retry_after: Duration,
    },
    /// 429 with `Retry-After`: the account has as many files as it may have that no PUT has named.
    #[error("{}", TOO_MANY_FILES.en)]
    TooManyFiles {
        /// When the first of them goes.
        retry_after: Duration,
    },
    /// 500: our own failure.
    #[error("{}", FAILED.en)]
    Internal(#[source] Cause),
    /// 501: what was asked for is not offered by this server.
    #[error("{0} is not implemented")]
    NotImplemented(&'static str),
    /// 503 with `Retry-After`: something that is needed does not answer at present.
    #[error("{}", UNAVAILABLE.en)]
    Unavailable {
        /// When to come back.
        retry_after: Duration,
        /// What does not answer; nothing if that is known already.
        #[source]
        cause: Option<Cause>,
    },
}

impl ApiError {
    /// Makes a 400.
    pub fn bad_request(message: impl Into<Message>) -> Self {
        Self::BadRequest(message.into())
    }

    /// Makes a 500; the cause is logged when the answer is made.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::PayloadTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests { .. } | Self::TooManyFiles { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotImplemented(_) => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What the caller reads. What a person can put right, or has to wait for, is said in the language of the request;
    /// what is wrong with the request itself only the makers of the wallet can put right, and they read English.
    fn say(&self) -> Cow<'_, str> {
        match self {
            Self::BadRequest(Message::Spoken(text)) => text.get(spoken()).as_ref().into(),
            Self::PayloadTooLarge(text) => text.say(spoken()).into(),
            Self::RequestTimeout => TOO_SLOW.say(spoken()).into(),
            Self::TooManyRequests { .. } => TOO_MANY.say(spoken()).into(),
            Self::TooManyFiles { .. } => TOO_MANY_FILES.say(spoken()).into(),
            Self::Internal(_) => FAILED.say(spoken()).into(),
            Self::Unavailable { .. } => UNAVAILABLE.say(spoken()).into(),
            Self::BadRequest(Message::Technical(text)) | Self::Forbidden(text) | Self::Conflict(text) => {
                text.as_ref().into()
            }
            Self::UnsupportedMediaType(text) => text.as_ref().into(),
            Self::Unauthorized | Self::NotFound | Self::MethodNotAllowed | Self::NotImplemented(_) => {
                self.to_string().into()
            }
        }
    }

    /// Says it in the language of the request, and logs the cause of what is our own failure: once for each refusal.
    pub(super) fn tell(&self) -> Told {
        let status = self.status();
        self.log(status);
        Told { status, text: self.say().chars().take(MESSAGE_CHARS).collect(), headers: self.headers() }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::Unauthorized = self {
            // RFC 6750 section 3: a 401 names the scheme.
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Self::Unavailable { retry_after, .. }
        | Self::TooManyRequests { retry_after }
        | Self::TooManyFiles { retry_after } = self
        {
            headers.insert(RETRY_AFTER, whole_seconds(*retry_after));
        }
        headers
    }

    fn log(&self, status: StatusCode) {
        if let Self::Internal(cause) | Self::Unavailable { cause: Some(cause), .. } = self {
            tracing::error!(status = status.as_u16(), error = chain(&**cause), "a request failed");
        }
    }
}

/// Writes a `Retry-After`: whole seconds, and none too few.
pub(super) fn whole_seconds(retry_after: Duration) -> HeaderValue {
    let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
    HeaderValue::from(seconds.max(1))
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Told { status, text, headers } = self.tell();
        (status, headers, axum::Json(Refusal { error: text })).into_response()
    }
}
