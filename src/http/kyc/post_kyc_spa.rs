//! `POST /kyc-spa/{access_token}`: what a person gives on the page, taken as a `PUT /customer` takes it.

use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::spa::{Complaints, Entry, PageFiles, Visit};
use crate::domain::session::Session;
use crate::domain::submission::RawValue;
use crate::http::body::{self, Limits};
use crate::http::forms::{ForeignForm, FormGuard};
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
    let guard = FormGuard::arriving(&headers, state.site.form_cookie())?;
    let query = Query::parse(query.as_deref()).map_err(|_| PageError::Malformed)?;
    let arrival = Visit::begin(&state, &token, query.get("type")).await?;
    let turn = arrival.take_turn()?;
    let mut files = PageFiles::new(&state);
    let answering = async {
        let limits = Limits::default();
        let kind = |name: &str| arrival.part_kind(name);
        let pairs = turn.wait_for(Box::pin(body::read(request, &limits, kind, &mut files))).await?;
        let pairs = pairs.map_err(|error| unreadable(error, &guard, &arrival))?;
        guard.admit(state.store.vault(), &pairs)?;
        // A body may take its time: what counts is what is asked for now.
        let visit = Visit::begin(&state, &token, query.get("type")).await?;
        take(pairs, &guard, &visit, &files).await
    };
    let answer = answering.await;
    // What was taken is the customer's by now.
    files.discard().await;
    match answer {
        Ok(page) | Err(Refusal::Beside(page)) => Ok(page),
        Err(Refusal::Instead(error)) => Err(error),
    }
}

/// Why nothing was taken.
enum Refusal {
    /// The page, shown again with what is wrong.
    Beside(Response),
    /// There is another page instead.
    Instead(PageError),
}

impl From<PageError> for Refusal {
    fn from(error: PageError) -> Self {
        Self::Instead(error)
    }
}

impl From<ForeignForm> for Refusal {
    fn from(error: ForeignForm) -> Self {
        Self::Instead(error.into())
    }
}

async fn take(
    pairs: Vec<(String, RawValue)>,
    guard: &FormGuard,
    visit: &Visit<'_>,
    files: &PageFiles<'_>,
) -> Result<Response, Refusal> {
    let beside = |complaints: &Complaints| Refusal::Beside(visit.show(guard, None, complaints));
    let entry =
        Entry::judge(pairs, visit, files, visit.state.store.now().date()).map_err(|complaints| beside(&complaints))?;
    // Nothing was given, or what is not asked for any more.
    if entry.is_empty() {
        return Ok(back_to(visit, None)?);
    }
    let key = visit.view.payto.customer_key().ok_or(PageError::Finished)?;
    let note = if entry.only_asks_for_codes() { Note::Sent } else { Note::Saved };
    let typed = entry.typed.clone();
    let put = entry.into_put(&key, &visit.view);
    match visit.state.integration.put(&Session::of_customer(key.clone()), put).await {
        Ok(_) => Ok(back_to(visit, Some(note))?),
        Err(IntegrationError::WrongCode(field)) => Err(beside(&Complaints::of_code(visit, &field, typed))),
        Err(IntegrationError::Invalid(message)) => Err(beside(&Complaints::of_all(&message, typed))),
        Err(IntegrationError::Changed) => Err(beside(&Complaints::of_change(typed))),
        Err(IntegrationError::Store(error)) => Err(Refusal::Instead(error.into())),
        // Erased between two looks.
        Err(IntegrationError::NotFound) => Err(Refusal::Instead(PageError::Unknown)),
        Err(
            error @ (IntegrationError::Forbidden | IntegrationError::NotImplemented(_) | IntegrationError::Failed(_)),
        ) => Err(Refusal::Instead(PageError::internal(error))),
    }
}

fn back_to(visit: &Visit<'_>, note: Option<Note>) -> Result<Response, PageError> {
    Ok(see_other(HeaderValue::try_from(visit.path(note)).map_err(PageError::internal)?))
}

/// What cannot be read shows nothing that the link does not.
fn unreadable(error: ApiError, guard: &FormGuard, visit: &Visit<'_>) -> Refusal {
    Refusal::Instead(match error {
        ApiError::BadRequest(_) => return Refusal::Beside(visit.show(guard, None, &Complaints::of_form())),
        ApiError::PayloadTooLarge(_) => PageError::TooLarge,
        ApiError::RequestTimeout => PageError::TooSlow,
        ApiError::Internal(cause) => PageError::Internal(cause),
        ApiError::Unavailable { retry_after, .. } => PageError::Busy { retry_after },
        ApiError::Unauthorized
        | ApiError::Forbidden(_)
        | ApiError::NotFound
        | ApiError::MethodNotAllowed
        | ApiError::Conflict(_)
        | ApiError::UnsupportedMediaType(_)
        | ApiError::TooManyRequests { .. }
        | ApiError::TooManyFiles { .. }
        | ApiError::NotImplemented(_) => PageError::FormExpired,
    })
}
