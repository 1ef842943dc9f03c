//! `GET /console/customers/{id}/audit`: what operators did to a customer, also to one that is erased.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::refused::Refused;
use super::session::ConsoleSession;
use super::trail::trail;
use crate::http::Query;
use crate::http::operator::{parse_before, parse_id};
use crate::http::pages::{console, render};
use crate::http::segment::Segment;
use crate::integration::review::Reviews;
use crate::store::Store;

/// Takes what `GET /customers/{id}/audit` takes.
pub(in crate::http) async fn get_console_audit(
    session: ConsoleSession,
    State(reviews): State<Arc<Reviews>>,
    State(store): State<Store>,
    Segment(id): Segment,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let before = parse_before(&Query::parse(query.as_deref())?)?;
    let id = parse_id(&id)?;
    let trail = trail(reviews.audit(id, before).await?);
    Ok(render(&console::Audit { desk: session.desk(store.vault()), id: id.to_string(), trail }))
}
