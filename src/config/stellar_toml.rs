//! `[stellar_toml]`: the file by which wallets find everything (SEP-1).

use std::collections::BTreeMap;

use stellar_strkey::ed25519::PublicKey;

use super::parse;
use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;

/// The keys of `[DOCUMENTATION]`
/// ([SEP-1](https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0001.md#organization-documentation)).
const DOCUMENTATION: [&str; 17] = [
    "org_name",
    "org_dba",
    "org_url",
    "org_logo",
    "org_description",
    "org_physical_address",
    "org_physical_address_attestation",
    "org_phone_number",
    "org_phone_number_attestation",
    "org_keybase",
    "org_twitter",
    "org_github",
    "org_official_email",
    "org_support_email",
    "org_licensing_authority",
    "org_license_type",
    "org_license_number",
];

/// What we cannot know of the file's content.
#[derive(Clone, Debug)]
pub struct StellarToml {
    /// Accounts of the anchor, `G…`.
    pub accounts: Vec<String>,
    /// Who the anchor is, by the file's own keys, like `ORG_NAME`.
    pub documentation: BTreeMap<String, String>,
}

impl StellarToml {
    /// Reads the section; `None` while it is off.
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let enabled = section.or("enabled", false, parse::flag);
        let accounts = section.list("accounts", account).unwrap_or_default();
        let documentation = section.section("documentation", |section| {
            let value = |key: &'static str| Some((key.to_ascii_uppercase(), section.optional(key, parse::text)?));
            DOCUMENTATION.into_iter().filter_map(value).collect()
        });
        enabled.then_some(Self { accounts, documentation })
    }
}

fn account(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    PublicKey::from_string(&text).map_err(|_| "must be a G… address")?;
    Ok(text)
}
