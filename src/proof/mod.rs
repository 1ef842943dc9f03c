//! Proofs: sending a browser to a KYC provider, and what comes of its return.
//!
//! A *process* is one attempt of one payment target at one provider. [`Proofs`] starts processes ([`start`](self)),
//! receives browsers that come back, and writes the provider's word into the target's document in the same
//! transaction that closes the process. A provider is anything that implements [`Provider`].
//!
//! Adding a kind of provider: implement [`Provider`] in a folder of its own; give it settings of plain values; let
//! every way to fail be a [`Trouble`]; let `config` read its settings and `app` build it; show each status of the
//! proof endpoint in `tests/proof` against a listener that misbehaves; describe its keys in `config/reference.toml`.

mod arrive;
mod carried;
mod circuit;
mod claims;
mod exchange;
mod links;
pub mod oauth2;
mod pending;
mod provider;
mod start;
mod targets;
mod view;
mod watch;
mod webhook;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use crate::domain::field::Field;
use crate::domain::requirement::Requirements;
use crate::store::Store;

pub use arrive::{Again, Answer, Arrived, AuthorizationResponse, Confirmation, Onward};
pub use circuit::Circuit;
pub use claims::{ClaimPath, ClaimRule, MalformedPath};
pub use links::{StateParameter, cookie_entry, read_cookie_entry};
pub use provider::{Arrival, Departure, Finding, Kept, Outcome, Pending, Provider, Start, Trouble, Verified};
pub use start::{Departed, StartError};
pub use targets::{RegisterError, TargetStatus};
pub use view::{Offer, Standing, TargetView, WantedField};
pub use watch::Watched;
pub use webhook::{MessageHead, Received, WebhookSecret, WebhookSecretError};

/// Lets work come to its end, even if whoever waits for it goes away.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// What a provider demands of a browser that comes back without the cookie of its process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BrowserBinding {
    /// It is turned away.
    #[default]
    Strict,
    /// It is shown whom it verifies, and asked.
    Confirm,
    /// It goes on.
    Off,
}

/// A provider with what the operator decided about it.
pub struct Route {
    /// The logic.
    pub provider: Arc<dyn Provider>,
    /// Whether it is worth being asked.
    pub circuit: Circuit,
    /// What a browser without cookie gets.
    pub browser_binding: BrowserBinding,
    /// Whether one person may prove several customers without somebody looking at it.
    pub allows_reuse: bool,
    /// How its own messages are known, if it sends some.
    pub webhook: Option<WebhookSecret>,
    /// Where the browser goes at the end, instead of our own page.
    pub done_url: Option<Url>,
    /// The fields that its claims fill in.
    pub shares: Vec<&'static Field>,
}

/// The service behind the KYC pages and `/kyc-proof`.
pub struct Proofs {
    store: Store,
    requirements: Arc<Requirements>,
    routes: BTreeMap<String, Route>,
    public_url: String,
}

impl Proofs {
    /// Joins the parts; `public_url` has no trailing slash.
    #[must_use]
    pub fn new(
        store: Store,
        requirements: Arc<Requirements>,
        routes: BTreeMap<String, Route>,
        public_url: String,
    ) -> Self {
        Self { store, requirements, routes, public_url }
    }

    /// Lists the providers.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.routes.keys().map(String::as_str)
    }

    /// The key set by which a provider knows us, if that is how it does.
    #[must_use]
    pub fn public_keys(&self, provider: &str) -> Option<Value> {
        self.routes.get(provider)?.provider.public_keys()
    }

    fn redirect_uri(&self, provider: &str) -> Url {
        redirect_uri(&self.public_url, provider)
    }
}

/// The one redirect URI of a provider, the same at start, at exchange and where it is registered; `public_url` has no
/// trailing slash.
///
/// # Panics
/// `public_url` is no URL.
#[must_use]
pub fn redirect_uri(public_url: &str, provider: &str) -> Url {
    Url::parse(&format!("{public_url}/kyc-proof/{provider}")).expect("public_url is a URL, checked by config")
}
