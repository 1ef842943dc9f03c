//! `GET /kyc-spa/{access_token}`: what is asked of a customer, and one button a provider.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::answers::{origins, subject};
use super::forms::FormGuard;
use crate::http::Query;
use crate::http::language::spoken;
use crate::http::pages::{self, KycSpa, MissingField, PageError, render};
use crate::http::segment::Segment;
use crate::http::state::AppState;
use crate::proof::Offer;
use crate::store::AccessToken;

/// Shows the page of a target; `type` names the customer type.
pub(in crate::http) async fn get_kyc_spa(
    State(state): State<AppState>,
    Segment(token): Segment,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let query = Query::parse(query.as_deref()).map_err(|_| PageError::Malformed)?;
    let token = AccessToken::parse(&token).ok_or(PageError::Unknown)?;
    let view = state.proofs.view_linked(&token, query.get("type")).await?.ok_or(PageError::Unknown)?;
    let guard = FormGuard::of(&headers, &state.site);
    let missing_fields = view.missing_fields.iter().map(|asked| MissingField {
        name: asked.spelling.clone(),
        description: asked.field.description(spoken()).into_owned(),
    });
    let page = KycSpa::new(
        subject(&state.site, &view.payto, view.wallet, &view.customer_type),
        view.standing,
        missing_fields.collect(),
        view.unverified_fields.iter().map(|asked| asked.field.description(spoken()).into_owned()).collect(),
        view.offers.into_iter().map(offer).collect(),
        guard.token(state.store.vault()),
    );
    Ok(guard.remember(&state.site, render(&page)))
}

fn offer(offer: Offer) -> pages::Offer {
    pages::Offer {
        origins: origins(&offer),
        id: offer.start_id,
        provider: offer.display_name,
        shares: offer.shares.iter().map(|field| field.description.say(spoken()).to_owned()).collect(),
    }
}
