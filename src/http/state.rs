//! What handlers are given: each asks for the part that it needs.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use url::Url;

use super::console::SignIns;
use super::cookies::SecretCookie;
use super::kyc::{Starts, Turns};
use super::pages::Brand;
use super::sep10::WebAuthState;
use crate::auth::TokenVerifier;
use crate::domain::requirement::Requirements;
use crate::integration::CustomerIntegration;
use crate::integration::review::Reviews;
use crate::integration::transactions::TransactionDirectory;
use crate::proof::Proofs;
use crate::store::{FileQuota, Store};

/// Declares the parts, and that a handler can ask for each by its type.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident: $type:ty,)+) => {
        /// The parts of a running server.
        #[derive(Clone)]
        pub struct Parts {
            $($(#[$doc])* pub $part: $type,)+
        }

        $(impl FromRef<AppState> for $type {
            fn from_ref(state: &AppState) -> Self {
                state.$part.clone()
            }
        })+
    };
}

parts! {
    /// Where customers are kept and decided.
    integration: Arc<dyn CustomerIntegration>,
    /// To whom the operator's transactions belong, where that is known.
    transactions: Option<Arc<dyn TransactionDirectory>>,
    /// Who may speak for an account.
    tokens: Arc<TokenVerifier>,
    /// What is durable.
    store: Store,
    /// What an account may have of files that no PUT has named.
    file_quota: FileQuota,
    /// What types of customers have to give.
    requirements: Arc<Requirements>,
    /// What operators see and decide of customers.
    reviews: Arc<Reviews>,
    /// Sending browsers to providers and receiving them back.
    proofs: Arc<Proofs>,
    /// How often verifications may be started.
    starts: Arc<Starts>,
    /// How many forms of one target are taken at a time.
    turns: Turns,
    /// How often somebody may try to sign in at the console.
    sign_ins: Arc<SignIns>,
    /// How the server is seen from outside.
    site: Arc<Site>,
    /// Signing in wallets, where it is on.
    web_auth: Option<WebAuthState>,
    /// The `stellar.toml`, where there is one.
    stellar_toml: Option<Arc<str>>,
}

/// The [`Parts`], shared: every route keeps the state and clones it for every request.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

impl From<Parts> for AppState {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// How the server is seen from outside. Nothing in it comes from a request, so no header of a request can change it.
pub struct Site {
    /// Without trailing slash.
    pub public_url: String,
    /// The name by which pages call the operator: the brand's, or the host.
    pub operator: String,
    /// How pages look.
    pub brand: Arc<Brand>,
    /// Whether cookies are for https only.
    pub secure: bool,
}

impl Site {
    /// Describes the server behind `public_url`; a brand without name goes by the host.
    #[must_use]
    pub fn new(public_url: &Url, mut brand: Brand) -> Self {
        if brand.name.is_empty() {
            public_url.host_str().unwrap_or_default().clone_into(&mut brand.name);
        }
        Self {
            public_url: public_url.as_str().trim_end_matches('/').to_owned(),
            operator: brand.name.clone(),
            brand: Arc::new(brand),
            secure: public_url.scheme() == "https",
        }
    }

    /// What the forms of the customer's pages are bound to.
    pub(super) fn form_cookie(&self) -> SecretCookie {
        SecretCookie::of_forms(self.secure)
    }
}
