//! `[customers]` and `[customer_types.NAME]`: what is asked of whom.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::name::{self, Known};
use super::parse::{self, choice};
use super::reader::Section;
use super::tree::Value;
use crate::domain::field;

/// The customer types.
#[derive(Clone, Debug)]
pub struct Customers {
    /// The type that a request without `type` means. It names one of `types`, unless there are none at all.
    pub default_type: String,
    /// Whether a rejection outlives the erasure of the customer.
    pub sticky_rejection: bool,
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
    /// Fields that need a code, as they are spelled in `fields` or `optional_fields`.
    pub verify: Vec<String>,
    /// The values that a field takes here, by the spelling in `fields` or `optional_fields`.
    pub choices: BTreeMap<String, Vec<String>>,
    /// The provider whose proof is needed.
    pub provider: Option<String>,
    /// Whether a person decides.
    pub review: bool,
}

impl Customers {
    /// Reads both tables, which stand in the root of the configuration.
    pub(super) fn read(root: &mut Section<'_>, known: &Known<'_>) -> Self {
        let names = root.names("customer_types");
        let (default_type, sticky_rejection) = root.section("customers", |section| {
            let default_type = section.or("default_type", "sep6".to_owned(), parse::text);
            if !names.contains(&default_type) && (section.has("default_type") || !names.is_empty()) {
                section.note("default_type", "names no customer type");
            }
            (default_type, section.or("sticky_rejection", true, parse::flag))
        });
        let types = root.named("customer_types", None, |name, section| {
            name::check(name, section);
            Some(CustomerType::read(section, known))
        });
        let any = |has: fn(&CustomerType) -> bool| types.values().any(has);
        if any(|one| one.verifies("mobile_number")) && any(|one| one.asks("mobile_number_format")) {
            let fault = "a type that asks for mobile_number_format, by which a number may be a hash, goes with none that \
                         verifies mobile_number";
            root.note("customer_types", fault);
        }
        Self { default_type, sticky_rejection, types }
    }
}

impl CustomerType {
    fn asks(&self, name: &str) -> bool {
        self.fields.iter().chain(&self.optional_fields).any(|field| field == name)
    }

    fn verifies(&self, name: &str) -> bool {
        self.verify.iter().any(|field| field == name)
    }

    fn read(section: &mut Section<'_>, known: &Known<'_>) -> Self {
        let mut seen = BTreeSet::new();
        let mut field_name = |value: &Value| name::any_field(value, known, &mut seen);
        let fields = section.list("fields", &mut field_name).unwrap_or_default();
        let optional_fields = section.list("optional_fields", &mut field_name).unwrap_or_default();
        let asked: BTreeSet<_> = fields.iter().chain(&optional_fields).map(String::as_str).collect();
        let verify = section.list("verify", |value| {
            let name = parse::text(value)?;
            if !asked.contains(name.as_str()) {
                return Err("is not among the fields of this type".into());
            }
            known.check_verifiable(&name).map(|()| name)
        });
        let choices = section.named_lists("choices", |name, value| match field::find(name) {
            _ if !asked.contains(name) => Err("is not among the fields of this type".into()),
            Some(field) => {
                let choice = parse::text(value)?;
                // Days to come and past ones are equally good here.
                field.parse(&choice, Date::MAX).map_err(|_| "has a choice that is no value of this field".into())
            }
            None => parse::text(value),
        });
        let provider = section.or("provider", None, |value| name::provider(value, known.providers));
        let review = section.or("decision", false, choice(&[("auto", false), ("review", true)]));
        Self { fields, optional_fields, verify: verify.unwrap_or_default(), choices, provider, review }
    }
}
