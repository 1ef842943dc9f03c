//! Whose pages these are: the operator's name, logo and colour.
//!
//! Every page has them, also one that answers a refusal from deep inside; so they belong to the request, like its
//! language.

use std::sync::Arc;

use super::{Asset, palette};
use crate::domain::color::Color;

/// The path at which the logo is served, if there is one.
pub const LOGO_PATH: &str = "/assets/logo";

tokio::task_local! {
    static BRAND: Arc<Brand>;
}

/// How pages look.
#[derive(Clone, Debug)]
pub struct Brand {
    /// By which name pages call the operator.
    pub name: String,
    /// The picture beside it.
    pub logo: Option<Asset>,
    /// The stylesheet of its pages.
    pub stylesheet: Asset,
}

impl Brand {
    /// Dresses pages with a name, a picture beside it, and a colour for buttons and links.
    #[must_use]
    pub fn new(name: String, logo: Option<Asset>, color: Option<Color>) -> Self {
        let colors = color.map(palette::rules).unwrap_or_default();
        let stylesheet = Asset::new("text/css; charset=utf-8", format!("{}{colors}", include_str!("kycd.css")));
        Self { name, logo, stylesheet }
    }

    /// Runs what answers a request for one of its pages.
    pub(in crate::http) fn scope<F: Future>(brand: Arc<Self>, answering: F) -> impl Future<Output = F::Output> {
        BRAND.scope(brand, answering)
    }

    /// The one whose page is rendered.
    pub(super) fn current() -> Arc<Self> {
        BRAND.try_with(Arc::clone).unwrap_or_default()
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self::new(String::new(), None, None)
    }
}
