//! `GET /kyc-check/{h_payto}`: whether something is still required of a payment target, now or once that changed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::patience::Patience;
use crate::domain::payto::PaytoHash;
use crate::http::segment::Segment;
use crate::http::session::bearer;
use crate::http::{ApiError, Query};
use crate::proof::{Proofs, Standing, Watched};
use crate::store::{AccessToken, Store};

/// How a payment target stands, in GNU Taler's shape.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct KycCheck {
    /// Whether somebody is looking at it.
    aml_review: bool,
    /// The token of its page.
    access_token: String,
    /// There are none here.
    #[schema(value_type = Vec<String>)]
    limits: [(); 0],
}

/// What is waited for.
#[derive(Clone, Copy)]
enum Awaited {
    AnyChange,
    EndOfReview,
    Verification,
}

/// Answers 200 when nothing more is required, else 202. `lpt=3` waits until it is verified, `lpt=2` until no review is
/// open, anything else until something changes.
pub(in crate::http) async fn get_kyc_check(
    State(proofs): State<Arc<Proofs>>,
    State(store): State<Store>,
    Segment(hash): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<(StatusCode, Json<KycCheck>), ApiError> {
    let token = bearer(&headers).ok_or(ApiError::Unauthorized)?;
    let hash = PaytoHash::parse(&hash).ok_or(ApiError::bad_request("h_payto must be 52 characters of base32"))?;
    let query = Query::parse(query.as_deref())?;
    let patience = Patience::of(&query, &extensions)?;
    let awaited = awaited(&query)?;
    let token = AccessToken::parse(token).ok_or_else(foreign)?;
    let (mut first, mut is_of_hash) = (None, false);
    let is_worth_telling = |watched: &Watched| {
        is_of_hash = watched.target().target.has_hash(store.vault(), &hash);
        let first = *first.get_or_insert(watched.version());
        !is_of_hash || is_awaited(awaited, watched, first)
    };
    let watched = proofs.watch_linked(&token, query.get("type"), patience.end(), is_worth_telling).await?;
    let standing = watched.filter(|_| is_of_hash).ok_or_else(foreign)?.standing;
    let check = KycCheck { aml_review: standing == Standing::Waiting, access_token: token.reveal(), limits: [] };
    let status = if standing == Standing::Verified { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, Json(check)))
}

fn awaited(query: &Query) -> Result<Awaited, ApiError> {
    match query.get("lpt") {
        None => Ok(Awaited::AnyChange),
        Some("3") => Ok(Awaited::Verification),
        Some("2") => Ok(Awaited::EndOfReview),
        Some(text) if text.len() <= 9 && text.parse::<u32>().is_ok() => Ok(Awaited::AnyChange),
        Some(_) => Err(ApiError::bad_request("'lpt' must be a number")),
    }
}

fn is_awaited(awaited: Awaited, watched: &Watched, first: i64) -> bool {
    match awaited {
        Awaited::AnyChange => watched.version() != first,
        Awaited::EndOfReview => watched.standing != Standing::Waiting,
        Awaited::Verification => watched.standing == Standing::Verified,
    }
}

/// The same for a target that is not there: nobody finds out which are.
fn foreign() -> ApiError {
    ApiError::Forbidden("the token is not that of this payment target".into())
}
