//! From the configuration's values to those that each room takes.

use std::sync::Arc;

use anyhow::Context as _;

use crate::auth::{self, Issuer, IssuerSettings, VerificationKey};
use crate::config::{self, Config, Mode};
use crate::domain::account::Account;
use crate::domain::clock::Clock;
use crate::domain::field::{self, FieldRef};
use crate::domain::pii::Secret;
use crate::domain::requirement::{AskedField, Requirement, Requirements};
use crate::egress::{Configured, KeySet};
use crate::http::pages::{Asset, Brand};
use crate::http::{Callers, Starts};
use crate::integration::transactions::{self, HttpDirectory, TransactionDirectory};
use crate::store::FileQuota;

/// What types of customers have to give.
pub(super) fn requirements(config: &Config) -> Requirements {
    let requirement = |customer_type| requirement(customer_type, config);
    let types = config.customers.types.iter().map(|(name, customer_type)| (name.clone(), requirement(customer_type)));
    Requirements::new(config.customers.default_type.clone(), types.collect(), config.payment_targets.provider.clone())
}

fn requirement(customer_type: &config::CustomerType, config: &Config) -> Requirement {
    let asked = |spelling: &String, optional| {
        let standard = || field::find(spelling).map(FieldRef::from);
        let field = config.custom_fields.get(spelling).cloned().map(FieldRef::Custom).or_else(standard)?;
        let choices = customer_type.choices.get(spelling).cloned().unwrap_or_default();
        let verify = customer_type.verify.contains(spelling);
        Some(AskedField { field, spelling: spelling.clone(), optional, choices, verify })
    };
    let required = customer_type.fields.iter().filter_map(|name| asked(name, false));
    let optional = customer_type.optional_fields.iter().filter_map(|name| asked(name, true));
    let provider = customer_type.provider.as_ref().and_then(|name| config.providers.get(name));
    let claims = provider.into_iter().flat_map(|provider| &provider.claims);
    Requirement {
        fields: required.chain(optional).collect(),
        provider: customer_type.provider.clone(),
        provider_fields: claims.filter_map(|claim| Some(field::find(&claim.field)?.name.to_owned())).collect(),
        review: customer_type.review,
    }
}

/// How pages look.
pub(super) fn brand(branding: &config::Branding) -> Brand {
    let logo = branding.logo.as_ref().map(|logo| Asset::new(logo.file_type.content_type(), logo.bytes.clone()));
    Brand::new(branding.name.clone().unwrap_or_default(), logo, branding.color)
}

/// How often verifications may be started.
pub(super) fn starts(config: &Config) -> Starts {
    let config::PaymentTargets { starts_per_minute, starts_per_minute_by_address, .. } = config.payment_targets;
    Starts::new(Callers::new(config.server.trusted_proxies.clone(), starts_per_minute_by_address), starts_per_minute)
}

/// What an account may have of files that no PUT has named.
pub(super) fn file_quota(files: &config::Files) -> FileQuota {
    FileQuota { kept: files.unused_ttl, files: files.unused_max, bytes: u64::from(files.unused_max_mib) << 20 }
}

/// Whose tokens are believed.
pub(super) fn issuers(config: &Config, client: &Configured, clock: &Arc<dyn Clock>) -> anyhow::Result<Vec<Issuer>> {
    let issuer = |(position, issuer): (usize, &config::TokenIssuer)| {
        let settings = IssuerSettings {
            kind: match issuer.kind {
                config::IssuerKind::Sep10 => auth::IssuerKind::Sep10,
                config::IssuerKind::Sep45 => auth::IssuerKind::Sep45,
            },
            issuer: issuer.issuer.clone(),
            home_domains: issuer.home_domains.clone(),
            audience: issuer.audience.clone(),
            max_lifetime: issuer.max_lifetime,
            algorithm: match issuer.algorithm {
                config::Algorithm::Hs256 => auth::Algorithm::Hs256,
                config::Algorithm::EdDsa => auth::Algorithm::EdDsa,
                config::Algorithm::Es256 => auth::Algorithm::Es256,
                config::Algorithm::Rs256 => auth::Algorithm::Rs256,
            },
            key: match &issuer.key {
                config::IssuerKey::Secret(secret) => VerificationKey::Hs256(secret.clone()),
                config::IssuerKey::PublicKey(pem) => VerificationKey::Pem(pem.clone()),
                config::IssuerKey::Jwks(url) => {
                    VerificationKey::Jwks(Arc::new(KeySet::new(client.clone(), url.clone(), Arc::clone(clock))))
                }
            },
            allow_short_secret: config.mode == Mode::Dev,
        };
        Issuer::new(settings).with_context(|| format!("token_issuers[{position}]"))
    };
    config.token_issuers.iter().enumerate().map(issuer).collect()
}

/// Who knows the operator's transactions, where somebody does.
pub(super) fn transactions(config: &Config) -> anyhow::Result<Option<Arc<dyn TransactionDirectory>>> {
    let Some(transactions) = &config.transactions else { return Ok(None) };
    let client = Configured::new(transactions::LIMITS, config.mode == Mode::Dev)?;
    let authorization = format!("Bearer {}", transactions.key.expose()).parse().context("transactions.key_file")?;
    Ok(Some(Arc::new(HttpDirectory::new(client, transactions.url.clone(), authorization))))
}

/// The HS256 secrets that sign for such an account, each with its issuer: contracts are SEP-45's, all others SEP-10's.
pub(crate) fn token_secrets<'a>(
    config: &'a Config,
    account: &Account,
) -> impl DoubleEndedIterator<Item = (&'a str, &'a Secret<Vec<u8>>)> + use<'a> {
    let kind = match account {
        Account::Classic(_) => config::IssuerKind::Sep10,
        Account::Contract(_) => config::IssuerKind::Sep45,
    };
    config.token_issuers.iter().filter(move |issuer| issuer.kind == kind).filter_map(|issuer| match &issuer.key {
        config::IssuerKey::Secret(secret) => Some((issuer.issuer.as_str(), secret)),
        config::IssuerKey::PublicKey(_) | config::IssuerKey::Jwks(_) => None,
    })
}
