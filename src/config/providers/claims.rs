//! What a provider tells, and what of it counts.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::config::name;
use crate::config::parse::{self, choice};
use crate::config::problem::Fault;
use crate::config::reader::Section;
use crate::config::tree::Value;
use crate::domain::field::FieldType;

/// A claim and the field that it fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// A dotted path or, with a leading `/`, a JSON pointer.
    pub path: String,
    /// A SEP-9 field that is not binary, as spelled in the configuration.
    pub field: String,
    /// Whether an answer without it is an error.
    pub required: bool,
}

/// A claim that tells whether the provider's answer is yes.
#[derive(Clone, Debug)]
pub struct Success {
    /// Its path.
    pub claim: String,
    /// What it is when the answer is yes.
    pub equals: String,
}

/// A claim that tells whether there is no decision yet.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its path.
    pub claim: String,
    /// What it is then.
    pub equals: String,
    /// After how long the provider is asked again, if it does not say when.
    pub interval: Duration,
    /// How long the decision is waited for.
    pub deadline: Duration,
}

/// Where claims come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimsSource {
    /// The user information endpoint.
    Userinfo {
        /// Whether its answer must be signed.
        signed: bool,
        /// Whether it is asked by POST.
        post: bool,
    },
    /// The ID token.
    IdToken,
}

/// Which `verified_claims` count.
#[derive(Clone, Debug)]
pub struct VerifiedClaims {
    /// The trust frameworks that count.
    pub trust_frameworks: Vec<String>,
    /// The assurance levels that count; empty when all do.
    pub assurance_levels: Vec<String>,
}

/// Reads where claims come from.
pub(super) fn source(section: &mut Section<'_>) -> ClaimsSource {
    let userinfo = |signed| Some(signed);
    let sources = [("json", userinfo(false)), ("signed", userinfo(true)), ("id_token", None)];
    let source = section.or("userinfo", userinfo(false), choice(&sources));
    let post = section.or("userinfo_method", false, choice(&[("GET", false), ("POST", true)]));
    source.map_or(ClaimsSource::IdToken, |signed| ClaimsSource::Userinfo { signed, post })
}

/// Reads which `verified_claims` count; they are named by all paths below that member.
pub(super) fn verified_claims(section: &mut Section<'_>, claims: &[Claim]) -> Option<VerifiedClaims> {
    const KEY: &str = "verified_claims";
    let given = section.has(KEY);
    let is_used = |claim: &Claim| claim.path.trim_start_matches('/').split(['.', '/']).next() == Some(KEY);
    if !given && claims.iter().any(is_used) {
        section.note(KEY, "must say which trust_frameworks count, because the claims speak of verified_claims");
    }
    section.section(KEY, |section| {
        given.then(|| VerifiedClaims {
            trust_frameworks: section.filled_list("trust_frameworks", parse::text),
            assurance_levels: section.list("assurance_levels", parse::text).unwrap_or_default(),
        })
    })
}

/// Reads which claims fill which fields.
pub(super) fn read(section: &mut Section<'_>) -> Vec<Claim> {
    let mut seen = BTreeSet::new();
    let claims = section.named("claims", Some("field"), |path, section| {
        if !is_path(path) {
            section.note_here("must be a dotted path or, with a leading /, a JSON pointer");
        }
        let field = section.required("field", |value| claimed(value, &mut seen));
        let required = section.or("required", true, parse::flag);
        Some(Claim { path: path.to_owned(), field: field?, required })
    });
    claims.into_values().collect()
}

fn claimed(value: &Value, seen: &mut BTreeSet<String>) -> Result<String, Fault> {
    let (name, field) = name::field(value, seen)?;
    if field.kind == FieldType::Binary { Err("is a binary field, which no claim can fill".into()) } else { Ok(name) }
}

/// Reads which claim says yes or no.
pub(super) fn success(section: &mut Section<'_>) -> Option<Success> {
    let claim = section.required("claim", path);
    let equals = section.required("equals", parse::text);
    Some(Success { claim: claim?, equals: equals? })
}

/// Reads which claim says that there is no decision yet.
pub(super) fn pending(section: &mut Section<'_>) -> Option<Pending> {
    let given = section.has("pending");
    section.section("pending", |section| {
        if !given {
            return None;
        }
        let claim = section.required("claim", path);
        let equals = section.required("equals", parse::text);
        let interval = section.or("interval", Duration::from_mins(5), parse::duration);
        let deadline = section.or("deadline", Duration::from_hours(14 * 24), parse::duration);
        Some(Pending { claim: claim?, equals: equals?, interval, deadline })
    })
}

/// Reads the path of a claim.
pub(super) fn path(value: &Value) -> Result<String, Fault> {
    let text = parse::text(value)?;
    if is_path(&text) { Ok(text) } else { Err("must be a dotted path or, with a leading /, a JSON pointer".into()) }
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') || path.split('.').all(|member| !member.is_empty())
}
