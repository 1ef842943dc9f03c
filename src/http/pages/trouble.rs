//! What can go wrong on the way of a browser, with the status and the words for it (`/kyc-proof`: statuses).

use std::error::Error;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::trouble_text::Words;
use super::{Forms, Origin, Page, render};
use crate::domain::causes::chain;
use crate::domain::language::Text;
use crate::http::error::whole_seconds;

/// How many characters of a provider's message are shown.
const MAX_QUOTE: usize = 300;

/// Why a browser gets no further. With [`Again`] the page has a *start again* button; without it, it sends the
/// person back to the wallet, as it must for a browser that has not proven to be the one that left.
pub enum PageError {
    /// 400: no `state`, a malformed or repeated parameter, neither `code` nor `error`.
    Malformed,
    /// 401: the provider refused the code.
    CodeRefused(Option<Again>),
    /// 401: the cookie of the process is missing, or another's.
    OtherBrowser,
    /// 401: the person said no.
    NotConfirmed,
    /// 403: the person cancelled at the provider.
    Cancelled {
        /// The way back to the provider.
        again: Option<Again>,
        /// `error_description`, if the provider sent one.
        said: Option<Quote>,
    },
    /// 403: the provider's final answer is no.
    Refused,
    /// 403: a form without a valid `form_token`, or from another site.
    FormExpired,
    /// 404: provider, payment target, ticket or state unknown or expired; the same bytes for all of them.
    Unknown,
    /// 405, with the methods that are allowed.
    MethodNotAllowed(&'static str),
    /// 408: what a form brought came too slowly.
    TooSlow,
    /// 409: there is nothing left to verify.
    Finished,
    /// 413: what a form brought is too large.
    TooLarge,
    /// 429: verifications are started too often, from here or for this account, or too many forms come at a time.
    TooOften {
        /// After how long it is worth trying again.
        retry_after: Duration,
    },
    /// 500: our own fault; the cause is logged when the page is answered, and never shown.
    Internal(Box<dyn Error + Send + Sync>),
    /// 503: we are busy ourselves.
    Busy {
        /// After how long it is worth trying again.
        retry_after: Duration,
    },
    /// 502: the provider's answer is of no use.
    ProviderBroken(Option<Again>),
    /// 503: the provider says to come later.
    ProviderBusy {
        /// The way back to the provider.
        again: Option<Again>,
        /// After how long.
        retry_after: Duration,
    },
    /// 504: the provider did not answer in time.
    ProviderSilent(Option<Again>),
}

/// What the *start again* button needs: it posts to `/kyc-start/{id}`.
#[derive(Clone, Serialize)]
pub struct Again {
    /// The `{id}` of the path.
    pub id: String,
    /// The display name of the provider.
    pub provider: String,
    /// The token of the form.
    pub form_token: String,
    /// Where the button leads in the end: the provider's authorize origin, that of `done_url` if it has one.
    #[serde(skip)]
    pub origins: Vec<Origin>,
}

impl Again {
    pub(super) fn sample() -> Self {
        Self {
            id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(),
            provider: "Example eID".to_owned(),
            form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned(),
            origins: Vec::new(),
        }
    }
}

/// A provider's own words, fit to be shown: one line, at most 300 characters, nothing that changes direction.
#[derive(Clone, Serialize)]
pub struct Quote(String);

impl Quote {
    /// Cleans a message; `None` if nothing is left.
    #[must_use]
    pub fn new(message: &str) -> Option<Self> {
        let visible = message.chars().filter(|&letter| letter == ' ' || !is_invisible(letter));
        let text: String = visible.take(MAX_QUOTE).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

/// Control characters, and those that format text without being seen (bidirectional marks among them).
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl PageError {
    /// Takes the cause of a failure that is our own fault.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The way back to the provider, and the provider's own words.
    fn into_details(self) -> (Option<Again>, Option<Quote>) {
        match self {
            Self::CodeRefused(again)
            | Self::ProviderBroken(again)
            | Self::ProviderSilent(again)
            | Self::ProviderBusy { again, .. } => (again, None),
            Self::Cancelled { again, said } => (again, said),
            Self::Malformed
            | Self::OtherBrowser
            | Self::NotConfirmed
            | Self::Refused
            | Self::FormExpired
            | Self::Unknown
            | Self::MethodNotAllowed(_)
            | Self::TooSlow
            | Self::Finished
            | Self::TooLarge
            | Self::TooOften { .. }
            | Self::Busy { .. }
            | Self::Internal(_) => (None, None),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let Self::Internal(cause) = &self {
            tracing::error!(error = chain(&**cause), "a page failed");
        }
        let extra = match &self {
            Self::MethodNotAllowed(allowed) => Some((header::ALLOW, HeaderValue::from_static(allowed))),
            Self::ProviderBusy { retry_after, .. } | Self::Busy { retry_after } | Self::TooOften { retry_after } => {
                Some((header::RETRY_AFTER, whole_seconds(*retry_after)))
            }
            _ => None,
        };
        let mut response = render(&Trouble::from(self));
        response.headers_mut().extend(extra);
        response
    }
}

/// The page of a [`PageError`].
#[derive(Serialize)]
pub struct Trouble {
    #[serde(skip)]
    status: StatusCode,
    heading: Text,
    happened: Text,
    next: Text,
    said: Option<Quote>,
    again: Option<Again>,
}

impl From<PageError> for Trouble {
    fn from(error: PageError) -> Self {
        let &Words { status, heading, happened, next } = Words::of(&error);
        let (again, said) = error.into_details();
        Self { status, heading, happened, next, said, again }
    }
}

impl Page for Trouble {
    const TEMPLATE: &'static str = "trouble.html";
    const SHOWS_ITS_URL: bool = false;

    fn sample() -> Vec<Self> {
        let again = || Some(Again::sample());
        let said = || Quote::new("The login was cancelled by the user.");
        let errors = vec![
            PageError::Malformed,
            PageError::CodeRefused(again()),
            PageError::OtherBrowser,
            PageError::NotConfirmed,
            PageError::Cancelled { again: again(), said: said() },
            PageError::Cancelled { again: None, said: None },
            PageError::Refused,
            PageError::FormExpired,
            PageError::Unknown,
            PageError::MethodNotAllowed("GET"),
            PageError::TooSlow,
            PageError::Finished,
            PageError::TooLarge,
            PageError::TooOften { retry_after: Duration::from_secs(6) },
            PageError::internal("a cause"),
            PageError::Busy { retry_after: Duration::from_secs(2) },
            PageError::ProviderBroken(again()),
            PageError::ProviderBusy { again: again(), retry_after: Duration::from_mins(1) },
            PageError::ProviderSilent(again()),
        ];
        errors.into_iter().map(Self::from).collect()
    }

    fn status(&self) -> StatusCode {
        self.status
    }

    fn forms(&self) -> Forms<'_> {
        self.again.as_ref().map_or(Forms::None, |again| Forms::LeadTo(again.origins.iter().collect()))
    }
}
