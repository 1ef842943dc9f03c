//! `GET /console/customers/{id}/audit`: what operators did to a customer, also to one that is erased.

use serde::Serialize;

use super::{Desk, ENGLISH, FORMS};
use crate::domain::language::Language;
use crate::http::pages::{Forms, Page};

/// A page of the trail by itself.
#[derive(Serialize)]
pub struct Audit {
    /// Who looks.
    pub desk: Desk,
    /// The customer's id.
    pub id: String,
    /// The trail.
    pub trail: Trail,
}

/// A part of a trail, the last entry first.
#[derive(Serialize)]
pub struct Trail {
    /// The entries.
    pub entries: Vec<TrailEntry>,
    /// The position before which earlier ones are.
    pub earlier: Option<i64>,
}

/// Something that an operator did.
#[derive(Serialize)]
pub struct TrailEntry {
    /// Its number.
    pub position: i64,
    /// When it was done.
    pub happened_at: String,
    /// The name of the key.
    pub operator: String,
    /// What was done.
    pub what: String,
    /// Why.
    pub reason: Option<String>,
}

impl Trail {
    pub(super) fn sample() -> Self {
        let entry = |position, what: &str, reason: Option<&str>| TrailEntry {
            position,
            happened_at: "2026-11-29T10:02:11Z".to_owned(),
            operator: "alice".to_owned(),
            what: what.to_owned(),
            reason: reason.map(str::to_owned),
        };
        Self {
            entries: vec![
                entry(18, "Decided sep6: needs info (last_name: mismatch)", Some("the card says otherwise")),
                entry(17, "Read photo_id_front", Some("to compare the names")),
                entry(16, "Decided sep6: accepted", None),
            ],
            earlier: Some(16),
        }
    }
}

impl Page for Audit {
    const TEMPLATE: &'static str = "console_audit.html";
    const LANGUAGES: &'static [Language] = ENGLISH;

    fn sample() -> Vec<Self> {
        let page = |trail| Self { desk: Desk::sample(), id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(), trail };
        vec![page(Trail::sample())]
    }

    fn forms(&self) -> Forms<'_> {
        FORMS
    }
}
