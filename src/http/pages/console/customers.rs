//! `GET /console`: who is in a status, those first that wait longest.

use serde::Serialize;

use super::{Desk, ENGLISH, FORMS};
use crate::domain::facts::Status;
use crate::domain::language::Language;
use crate::http::pages::{Forms, Page};

/// A page of the list.
#[derive(Serialize)]
pub struct Customers {
    /// Who looks.
    pub desk: Desk,
    /// Whose list it is.
    pub status: Status,
    /// The lists of the other statuses.
    pub statuses: Vec<Filter>,
    /// The lists of one type each, and that of all.
    pub types: Vec<Filter>,
    /// The customers.
    pub customers: Vec<Listed>,
    /// What follows `?` in the URL of the next page, if there is one.
    pub more: Option<String>,
}

/// Another part of the list.
#[derive(Serialize)]
pub struct Filter {
    /// What it is called.
    pub label: String,
    /// What follows `?` in its URL.
    pub query: String,
    /// Whether it is the one that is shown.
    pub is_current: bool,
}

/// One customer of one type.
#[derive(Clone, Serialize)]
pub struct Listed {
    /// The customer's id.
    pub id: String,
    /// The customer type.
    pub customer_type: String,
    /// Since when it is so.
    pub changed_at: String,
}

impl Page for Customers {
    const TEMPLATE: &'static str = "console_customers.html";
    const LANGUAGES: &'static [Language] = ENGLISH;

    fn sample() -> Vec<Self> {
        let filter = |label: &str, is_current| Filter {
            label: label.to_owned(),
            query: "status=PROCESSING&type=sep6".to_owned(),
            is_current,
        };
        let listed = |customer_type: &str, changed_at: &str| Listed {
            id: "0b5f7a52-5a0e-4d4e-9d43-2f4c8a7f9e11".to_owned(),
            customer_type: customer_type.to_owned(),
            changed_at: changed_at.to_owned(),
        };
        let page = |status, customers: Vec<Listed>| Self {
            desk: Desk::sample(),
            status,
            statuses: vec![
                filter("Waiting", status == Status::Processing),
                filter("Needs info", false),
                filter("Accepted", status == Status::Accepted),
                filter("Rejected", false),
            ],
            types: vec![filter("All types", true), filter("sep31-receiver", false), filter("sep6", false)],
            more: (!customers.is_empty()).then(|| "status=PROCESSING&cursor=c2FtcGxl".to_owned()),
            customers,
        };
        vec![
            page(
                Status::Processing,
                vec![listed("sep6", "2026-11-29T08:15:00Z"), listed("sep31-receiver", "2026-11-29T09:40:00Z")],
            ),
            page(Status::Processing, Vec::new()),
            page(Status::Accepted, Vec::new()),
        ]
    }

    fn forms(&self) -> Forms<'_> {
        FORMS
    }
}
