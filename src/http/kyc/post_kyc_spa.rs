//! `POST /kyc-spa/{access_token}`: what a person gives on the page, taken as a `PUT /customer` takes it.

use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::forms::FormGuard;
use super::spa::{Complaints, Entry, PageFiles, Visit};
use crate::domain::session::Session;
use crate::http::body::{self, Limits};
use crate::http::pages::{Note, PageError, see_other};
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::http::{ApiError, Query};
use crate::integration::IntegrationError;

/// Takes what the page asks for and nothing else, all of it or nothing; what is wrong is said beside each input.
pub(in crate::http) async fn post_kyc_spa(
    State(state): State<AppState>,
    Segment(token): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, PageError> {
    let guard = FormGuard::arriving(&headers, &state.site)?;
    let query = Query::parse(query.as_deref()).map_err(|_| PageError::Malformed)?;
    let visit = Visit::begin(&state, &token, query.get("type")).await?;
    let mut files = PageFiles::new(&state);
    match take(request, &guard, &visit, &mut files).await {
        Ok(note) => {
            files.keep();
            Ok(see_other(HeaderValue::try_from(visit.path(note)).map_err(PageError::internal)?))
        }
        Err(refusal) => {
            files.discard().await;
            match refusal {
                Refusal::Beside(complaints) => Ok(visit.show(&guard, None, &complaints)),
                Refusal::Instead(error) => Err(error),
            }
        }
    }
}

/// Why nothing was taken.
enum Refusal {
    /// The page is shown again, with this.
    Beside(Complaints),
    /// There is another page instead.
    Instead(PageError),
}

impl From<PageError> for Refusal {
    fn from(error: PageError) -> Self {
        Self::Instead(error)
    }
}

async fn take(
    request: Request,
    guard: &FormGuard,
    visit: &Visit<'_>,
    files: &mut PageFiles<'_>,
) -> Result<Option<Note>, Refusal> {
    let store = &visit.state.store;
    let pairs =
        body::read(request, &Limits::default(), |name| visit.part_kind(name), files).await.map_err(unreadable)?;
    guard.admit(store.vault(), &pairs)?;
    let entry = Entry::judge(pairs, visit, files, store.now().date()).map_err(Refusal::Beside)?;
    // Nothing was given, or what is not asked for any more.
    if entry.is_empty() {
        return Ok(None);
    }
    let key = visit.view.payto.customer_key().ok_or(PageError::Finished)?;
    let note = if entry.only_asks_for_codes() { Note::Sent } else { Note::Saved };
    let typed = entry.typed.clone();
    let put = entry.into_put(&key, &visit.view.customer_type);
    match visit.state.integration.put(&Session::of_customer(key.clone()), put).await {
        Ok(_) => Ok(Some(note)),
        Err(IntegrationError::WrongCode(field)) => Err(Refusal::Beside(Complaints::of_code(visit, &field, typed))),
        Err(IntegrationError::Invalid(message)) => Err(Refusal::Beside(Complaints::of_all(&message, typed))),
        Err(IntegrationError::Store(error)) => Err(Refusal::Instead(error.into())),
        Err(
            error @ (IntegrationError::NotFound
            | IntegrationError::Forbidden
            | IntegrationError::NotImplemented(_)
            | IntegrationError::Failed(_)),
        ) => Err(Refusal::Instead(PageError::internal(error))),
    }
}

/// What cannot be read carries no token either.
fn unreadable(error: ApiError) -> PageError {
    match error {
        ApiError::PayloadTooLarge(_) => PageError::TooLarge,
        ApiError::RequestTimeout => PageError::TooSlow,
        ApiError::Internal(cause) => PageError::Internal(cause),
        ApiError::Unavailable { retry_after, .. } => PageError::Busy { retry_after },
        ApiError::BadRequest(_)
        | ApiError::Unauthorized
        | ApiError::Forbidden(_)
        | ApiError::NotFound
        | ApiError::MethodNotAllowed
        | ApiError::Conflict(_)
        | ApiError::UnsupportedMediaType(_)
        | ApiError::TooManyRequests { .. }
        | ApiError::TooManyFiles { .. }
        | ApiError::NotImplemented(_) => PageError::FormExpired,
    }
}
