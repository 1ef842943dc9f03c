//! Every HTML page: a typed context and a compiled-in template each.
//!
//! Adding a page: write `templates/NAME.html` with `{% extends "layout.html" %}` and its `heading` and `body` blocks;
//! list it in [`TEMPLATES`]; write its context beside the others, with [`Page::sample`] showing every branch; answer
//! [`Page::forms`] if it has one, and give the form its `form_token`; add it to the list in `tests/pages`. A page's
//! texts stand in `words/`, and its template says them by name; those of [`PageError`] stand in a table of their own, and
//! those of the [`console`], which is in English alone, in its templates.

mod asset;
mod brand;
mod choice;
pub mod console;
mod engine;
mod entry;
mod home;
mod kyc_confirm;
mod kyc_done;
mod kyc_go;
mod kyc_pending;
mod kyc_spa;
mod palette;
mod policy;
mod sandbox;
mod sentence;
mod subject;
mod trouble;
mod trouble_text;
mod words;

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

pub use self::asset::{Asset, SCRIPT};
pub use self::brand::{Brand, LOGO_PATH};
pub use self::choice::{Choice, Way};
pub use self::engine::{TEMPLATES, markup};
pub use self::entry::{CodeEntry, Control, Entries, Input, Upload};
pub use self::home::Home;
pub use self::kyc_confirm::KycConfirm;
pub use self::kyc_done::KycDone;
pub use self::kyc_go::KycGo;
pub use self::kyc_pending::KycPending;
pub use self::kyc_spa::{Given, KycSpa, Note, Offer, Watch};
pub use self::policy::Origin;
pub use self::sandbox::{Hidden, SandboxAuthorize, SandboxIdentity};
pub use self::sentence::{capitalised, sentence};
pub use self::subject::{MaskedAccount, Subject};
pub use self::trouble::{Again, PageError, Quote, Trouble};
pub(super) use self::words::TOO_LARGE;
pub use self::words::words;

use super::language::{page_query, spoken_of};
use crate::domain::language::Language;

/// The path at which [`SCRIPT`] is served.
pub const SCRIPT_PATH: &str = "/assets/kycd.js";

/// The path at which the stylesheet of a [`Brand`] is served.
pub const STYLESHEET_PATH: &str = "/assets/kycd.css";

/// The context of one page.
pub trait Page: Serialize + Sized {
    /// The file name of its template.
    const TEMPLATE: &'static str;

    /// Whether it may show its own URL, to be asked for again in another language. A provider's answer is in some, and
    /// what is unknown looks the same wherever it is asked for.
    const SHOWS_ITS_URL: bool = true;

    /// Whether a script of ours keeps it up to date.
    const IS_LIVE: bool = false;

    /// The languages that it is written in, English among them.
    const LANGUAGES: &'static [Language] = &Language::ALL;

    /// Gives example contexts that together show every branch of the template.
    fn sample() -> Vec<Self>;

    /// The status it is answered with.
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    /// Where its forms lead.
    fn forms(&self) -> Forms<'_> {
        Forms::None
    }
}

/// Where the forms of a page may lead, redirects included: browsers stop a form that is redirected elsewhere.
pub enum Forms<'a> {
    /// The page has no form.
    None,
    /// To this server, and by redirect to these origins.
    LeadTo(Vec<&'a Origin>),
}

/// Answers with a page, in the language of the request, and the headers that all pages share.
pub fn render<P: Page>(page: &P) -> Response {
    let language = spoken_of(P::LANGUAGES);
    let choices = |query: String| {
        let way = if P::SHOWS_ITS_URL { Way::Query(&query) } else { Way::Back };
        Choice::list(&way, language)
    };
    let choices = page_query().map(choices).unwrap_or_default();
    match markup(P::TEMPLATE, page, language, choices) {
        Ok(html) => (page.status(), policy::headers(&page.forms(), P::IS_LIVE), Html(html)).into_response(),
        Err(error) => {
            // The message of a template error can quote the context, so only its place is logged.
            tracing::error!(template = P::TEMPLATE, kind = %error.kind(), line = error.line(), "page not rendered");
            let html =
                Html("<!doctype html><html lang=\"en\"><title>Error</title><h1>Something went wrong</h1></html>");
            (StatusCode::INTERNAL_SERVER_ERROR, policy::headers(&Forms::None, false), html).into_response()
        }
    }
}

/// Sends the browser on by GET, after a proof (302, as `/kyc-proof` documents it).
#[must_use]
pub fn found(location: HeaderValue) -> Response {
    (StatusCode::FOUND, policy::headers(&Forms::None, false), [(header::LOCATION, location)]).into_response()
}

/// Sends the browser on by GET, after a form (303).
#[must_use]
pub fn see_other(location: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, policy::headers(&Forms::None, false), [(header::LOCATION, location)]).into_response()
}
