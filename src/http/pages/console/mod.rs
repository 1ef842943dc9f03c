//! The pages of the review console. They are in English alone: those who read them have keys, words and an API in it.

mod audit;
mod customer;
mod customers;
mod revealed;
mod sign_in;
mod trouble;

use std::sync::LazyLock;

use serde::Serialize;

pub use self::audit::{Audit, Trail, TrailEntry};
pub use self::customer::{Alternative, Customer, Draft, Given, Held, HeldFile, Made, Proof, Type};
pub use self::customers::{Customers, Filter, Listed};
pub use self::revealed::Revealed;
pub use self::sign_in::SignIn;
pub use self::trouble::Trouble;

use super::{Asset, Forms};
use crate::domain::language::Language;

/// The path at which [`STYLESHEET`] is served.
pub const STYLESHEET_PATH: &str = "/assets/console.css";

/// What the console is written in.
const ENGLISH: &[Language] = &[Language::En];

/// Every form of the console leads to this server.
const FORMS: Forms<'static> = Forms::LeadTo(Vec::new());

/// Whoever is signed in.
#[derive(Clone, Serialize)]
pub struct Desk {
    /// The name of the key.
    pub operator: String,
    /// The token of every form.
    pub form_token: String,
}

impl Desk {
    fn sample() -> Self {
        Self { operator: "alice".to_owned(), form_token: "c2FtcGxlLWZvcm0tdG9rZW4".to_owned() }
    }
}

/// The stylesheet of the console, beside that of all pages.
pub static STYLESHEET: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("text/css; charset=utf-8", include_str!("../console.css")));
