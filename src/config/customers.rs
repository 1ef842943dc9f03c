//! `[customers]` and `[customer_types.NAME]`: what is asked of whom.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::Fault;
use super::reader::Section;
use super::tree::Value;
use super::{name, parse};

/// The customer types.
#[derive(Clone, Debug)]
pub struct Customers {
    /// The type that a request without `type` means. It names one of `types`, unless there are none at all.
    pub default_type: String,
    /// The types by name.
    pub types: BTreeMap<String, CustomerType>,
}

/// What one type of customer has to give. Field names are spelled as in the configuration.
#[derive(Clone, Debug)]
pub struct CustomerType {
    /// Required fields.
    pub fields: Vec<String>,
    /// Fields that are taken when they are given.
    pub optional_fields: Vec<String>,
    /// The provider whose proof is needed.
    pub provider: Option<String>,
}

impl Customers {
    /// Reads both tables, which stand in the root of the configuration.
    pub(super) fn read(root: &mut Section<'_>, providers: &BTreeSet<String>) -> Self {
        let names = root.names("customer_types");
        let default_type = root.section("customers", |section| {
            let default_type = section.or("default_type", "sep6".to_owned(), parse::text);
            if !names.contains(&default_type) && (section.has("default_type") || !names.is_empty()) {
                section.note("default_type", "names no customer type");
            }
            default_type
        });
        let types = root.named("customer_types", None, |name, section| {
            name::check(name, section);
            Some(CustomerType::read(section, providers))
        });
        Self { default_type, types }
    }
}

impl CustomerType {
    fn read(section: &mut Section<'_>, providers: &BTreeSet<String>) -> Self {
        let mut seen = Vec::new();
        let mut field_name = |value: &Value| name::field(value, &mut seen).map(|(name, _)| name);
        let fields = section.list("fields", &mut field_name).unwrap_or_default();
        let optional_fields = section.list("optional_fields", &mut field_name).unwrap_or_default();
        section.list::<()>("verify", |_| Err("verification codes are not available yet".into()));
        let provider = section.or("provider", None, |value| name::provider(value, providers));
        section.or("decision", (), decision);
        Self { fields, optional_fields, provider }
    }
}

fn decision(value: &Value) -> Result<(), Fault> {
    match parse::text(value)?.as_str() {
        "auto" => Ok(()),
        "review" => Err("decisions are not available yet: must be \"auto\"".into()),
        _ => Err(Fault::one_of(["auto"])),
    }
}
