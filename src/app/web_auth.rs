//! Signing in wallets, put together from the configuration.

use std::sync::Arc;

use crate::auth::sep10::{ClientDomains, HORIZON_LIMITS, Horizon, Terms, WebAuth};
use crate::config::{Config, Mode, Sep10};
use crate::domain::clock::Clock;
use crate::egress::{Configured, Untrusted};
use crate::http::{Callers, StellarToml, WebAuthState};
use crate::store::Store;
use crate::vault::SigningKey;

/// The server of SEP-10, where it is on.
pub(super) fn assemble(
    config: &Config,
    client: Untrusted,
    store: &Store,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Option<WebAuthState>> {
    let Some(sep10) = &config.sep10 else { return Ok(None) };
    let dev = config.mode == Mode::Dev;
    let horizon = match &sep10.horizon_url {
        Some(url) => Some(Horizon::new(Configured::new(HORIZON_LIMITS, dev)?, url.clone())),
        None => None,
    };
    let web_auth = WebAuth {
        terms: terms(sep10),
        endpoint: sep10.endpoint.clone(),
        issuer: sep10.issuer.clone(),
        token_secret: sep10.token_secret.clone(),
        token_lifetime: sep10.token_lifetime,
        require_authorization: sep10.require_authorization,
        client_domains: ClientDomains::new(client, Arc::clone(clock), dev),
        horizon,
        store: store.clone(),
    };
    let callers = Callers::new(config.server.trusted_proxies.clone(), sep10.requests_per_minute);
    Ok(Some(WebAuthState { web_auth: Arc::new(web_auth), callers: Arc::new(callers) }))
}

fn terms(sep10: &Sep10) -> Terms {
    Terms {
        signing_key: SigningKey::new(&sep10.signing_seed),
        home_domains: sep10.home_domains.clone(),
        web_auth_domain: sep10.web_auth_domain.clone(),
        network_passphrase: sep10.network_passphrase.clone(),
        lifetime: sep10.challenge_lifetime,
    }
}

/// The file by which wallets find the server, where there is one.
pub(super) fn stellar_toml(config: &Config) -> Option<StellarToml> {
    let given = config.stellar_toml.as_ref()?;
    let sep10 = config.sep10.as_ref();
    let signing_key = config.keys.signing_seed.as_ref().map(|seed| SigningKey::new(seed).account().to_string());
    Some(StellarToml {
        kyc_server: config.server.public_url.as_str().trim_end_matches('/').to_owned(),
        web_auth_endpoint: sep10.map(|sep10| sep10.endpoint.clone()),
        signing_key,
        network_passphrase: sep10.map(|sep10| sep10.network_passphrase.clone()),
        accounts: given.accounts.clone(),
        documentation: given.documentation.clone(),
    })
}
