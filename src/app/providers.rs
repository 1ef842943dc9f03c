//! The providers, from the configuration's values to those that `proof` takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;

use crate::config::{self, Config};
use crate::domain::clock::Clock;
use crate::domain::field;
use crate::egress::Configured;
use crate::proof::oauth2::{self, ClientKeys, OAuth2};
use crate::proof::{BrowserBinding, Circuit, ClaimPath, ClaimRule, Route, WebhookSecret};

/// The providers, by name.
pub(super) fn routes(
    config: &Config,
    client: &Configured,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<BTreeMap<String, Route>> {
    let route = |(name, provider): (&String, &config::Provider)| {
        let route = route(name, provider, client, clock).with_context(|| format!("providers.{name}"))?;
        Ok((name.clone(), route))
    };
    config.providers.iter().map(route).collect()
}

fn route(
    name: &str,
    provider: &config::Provider,
    client: &Configured,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Route> {
    let claims = claim_rules(provider)?;
    let shares = claims.iter().map(|rule| rule.field).collect();
    let settings = oauth2::Settings {
        name: name.to_owned(),
        display_name: provider.display_name.clone(),
        endpoints: endpoints(&provider.endpoints),
        client_id: provider.client_id.clone(),
        client_auth: client_auth(&provider.client_auth)?,
        scopes: provider.scopes.clone(),
        authorize_parameters: provider.authorize_parameters.clone(),
        pkce: provider.pkce,
        pushing: match provider.pushing {
            config::Pushing::Auto => oauth2::Pushing::Auto,
            config::Pushing::Require => oauth2::Pushing::Require,
            config::Pushing::Off => oauth2::Pushing::Off,
        },
        form_post: provider.form_post,
        algorithms: provider.algorithms.clone(),
        claims_source: match provider.claims_source {
            config::ClaimsSource::Userinfo { signed, post } => oauth2::ClaimsSource::Userinfo { signed, post },
            config::ClaimsSource::IdToken => oauth2::ClaimsSource::IdToken,
        },
        acr: provider.acr.clone(),
        verified_claims: provider.verified_claims.as_ref().map(|wanted| oauth2::VerifiedClaims {
            trust_frameworks: wanted.trust_frameworks.clone(),
            assurance_levels: wanted.assurance_levels.clone(),
        }),
        validity: provider.validity,
        expires: provider.expires.as_deref().map(ClaimPath::parse).transpose().context("expires")?,
        subject: ClaimPath::parse(&provider.subject).context("subject")?,
        success: success_test(provider)?,
        pending: pending_test(provider)?,
        claims,
    };
    Ok(Route {
        provider: Arc::new(OAuth2::new(settings, client.clone(), Arc::clone(clock))?),
        circuit: Circuit::new(provider.failure_limit, provider.failure_pause),
        browser_binding: match provider.browser_binding {
            config::BrowserBinding::Strict => BrowserBinding::Strict,
            config::BrowserBinding::Confirm => BrowserBinding::Confirm,
            config::BrowserBinding::Off => BrowserBinding::Off,
        },
        webhook: provider
            .webhook_secret
            .as_ref()
            .map(WebhookSecret::parse)
            .transpose()
            .context("webhook_secret_file")?,
        allows_reuse: provider.allows_reuse,
        done_url: provider.done_url.clone(),
        shares,
    })
}

fn client_auth(auth: &config::ClientAuth) -> anyhow::Result<oauth2::ClientAuth> {
    Ok(match auth {
        config::ClientAuth::SecretBasic(secret) => oauth2::ClientAuth::SecretBasic(secret.clone()),
        config::ClientAuth::SecretPost(secret) => oauth2::ClientAuth::SecretPost(secret.clone()),
        config::ClientAuth::PrivateKey { keys, algorithm, audience } => oauth2::ClientAuth::PrivateKey {
            keys: Box::new(ClientKeys::parse(keys, *algorithm).context("client_key_files")?),
            audience: match audience {
                config::Audience::Issuer => oauth2::Audience::Issuer,
                config::Audience::TokenEndpoint => oauth2::Audience::TokenEndpoint,
            },
        },
        config::ClientAuth::None => oauth2::ClientAuth::None,
    })
}

fn success_test(provider: &config::Provider) -> anyhow::Result<Option<oauth2::SuccessTest>> {
    let Some(test) = &provider.success else { return Ok(None) };
    let path = ClaimPath::parse(&test.claim).context("success.claim")?;
    Ok(Some(oauth2::SuccessTest { path, equals: test.equals.clone() }))
}

fn pending_test(provider: &config::Provider) -> anyhow::Result<Option<oauth2::PendingTest>> {
    let Some(test) = &provider.pending else { return Ok(None) };
    Ok(Some(oauth2::PendingTest {
        path: ClaimPath::parse(&test.claim).context("pending.claim")?,
        equals: test.equals.clone(),
        interval: test.interval,
        deadline: test.deadline,
    }))
}

fn claim_rules(provider: &config::Provider) -> anyhow::Result<Vec<ClaimRule>> {
    let rule = |claim: &config::Claim| {
        let path = ClaimPath::parse(&claim.path).with_context(|| format!("claims.{}", claim.path))?;
        let field = field::find(&claim.field).with_context(|| format!("claims.{}", claim.path))?;
        Ok(ClaimRule { path, field, required: claim.required })
    };
    provider.claims.iter().map(rule).collect()
}

fn endpoints(endpoints: &config::Endpoints) -> oauth2::Endpoints {
    match endpoints {
        config::Endpoints::Discovered { issuer } => oauth2::Endpoints::Discovered { issuer: issuer.clone() },
        config::Endpoints::Given { issuer, urls } => oauth2::Endpoints::Given {
            issuer: issuer.clone(),
            urls: Box::new(oauth2::EndpointUrls {
                authorize: urls.authorize.clone(),
                token: urls.token.clone(),
                userinfo: urls.userinfo.clone(),
                pushed: urls.pushed.clone(),
                setup: urls.setup.clone(),
                jwks: urls.jwks.clone(),
            }),
        },
    }
}
