//! `GET /console`: who is in a status, those first that wait longest.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use url::form_urlencoded::Serializer;

use super::refused::Refused;
use super::session::ConsoleSession;
use crate::domain::facts::Status;
use crate::domain::requirement::Requirements;
use crate::http::Query;
use crate::http::operator::Listing;
use crate::http::pages::{console, render};
use crate::integration::review::Reviews;
use crate::store::{StatusRecord, Store};

/// How many customers one page shows, unless its URL says otherwise.
const AT_ONCE: u32 = 50;

/// Takes what `GET /customers` takes.
pub(in crate::http) async fn get_console(
    session: ConsoleSession,
    State(reviews): State<Arc<Reviews>>,
    State(requirements): State<Arc<Requirements>>,
    State(store): State<Store>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let query = Query::parse(query.as_deref())?;
    let listing = Listing::read(&query, &reviews, store.vault(), AT_ONCE).await?;
    let (status, customer_type, limit) = (listing.status, query.get("type"), query.get("limit"));
    let statuses = Status::ALL.map(|other| console::Filter {
        label: label(other).to_owned(),
        query: list_query(other, customer_type, limit, None),
        is_current: other == status,
    });
    let of_type = |other: Option<&str>| console::Filter {
        label: other.unwrap_or("All types").to_owned(),
        query: list_query(status, other, limit, None),
        is_current: other == customer_type,
    };
    let names = requirements.of(true).map(|(name, _)| Some(name));
    Ok(render(&console::Customers {
        desk: session.desk(store.vault()),
        status,
        statuses: statuses.into(),
        types: [None].into_iter().chain(names).map(of_type).collect(),
        customers: listing.customers.into_iter().map(listed).collect(),
        more: listing.cursor.map(|cursor| list_query(status, customer_type, limit, Some(&cursor))),
    }))
}

fn listed(record: StatusRecord) -> console::Listed {
    console::Listed {
        id: record.target_id.to_string(),
        customer_type: record.customer_type,
        changed_at: record.changed_at.rfc3339(),
    }
}

fn list_query(status: Status, customer_type: Option<&str>, limit: Option<&str>, cursor: Option<&str>) -> String {
    let more = [("type", customer_type), ("limit", limit), ("cursor", cursor)];
    let more = more.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Serializer::new(String::new()).append_pair("status", status.as_str()).extend_pairs(more).finish()
}

fn label(status: Status) -> &'static str {
    match status {
        Status::Processing => "Waiting",
        Status::NeedsInfo => "Needs info",
        Status::Accepted => "Accepted",
        Status::Rejected => "Rejected",
    }
}
