//! What a type of customer has to give and prove, as the configuration says.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

use super::field::Field;

/// One field that a type asks for.
#[derive(Clone, Debug)]
pub struct AskedField {
    /// The SEP-9 field.
    pub field: &'static Field,
    /// The spelling that answers use: the configuration's, of `last_name` and `family_name`.
    pub spelling: String,
    /// Whether the customer may leave it out.
    pub optional: bool,
}

/// What one type of customer, or a bare payment target, needs to be ACCEPTED.
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    /// The fields, in the order of the configuration.
    pub fields: Vec<AskedField>,
    /// The provider whose proof is needed.
    pub provider: Option<String>,
}

/// The requirements of all configured types.
#[derive(Clone, Debug)]
pub struct Requirements {
    default_type: String,
    types: BTreeMap<String, Requirement>,
    payment_target: Requirement,
    digest: String,
}

impl Requirements {
    /// The name under which the status of a bare payto is kept.
    pub const BARE: &str = "";

    /// Collects the types; `default_type` is meant where a request names none, `payment_target_provider` is what a
    /// bare payto has to prove.
    #[must_use]
    pub fn new(
        default_type: String,
        types: BTreeMap<String, Requirement>,
        payment_target_provider: Option<String>,
    ) -> Self {
        let payment_target = Requirement { fields: Vec::new(), provider: payment_target_provider };
        let digest = digest(&types, &payment_target);
        Self { default_type, types, payment_target, digest }
    }

    /// Finds the type that a request names, or the default one, together with its name.
    #[must_use]
    pub fn find(&self, name: Option<&str>) -> Option<(&str, &Requirement)> {
        let name = name.unwrap_or(&self.default_type);
        self.types.get_key_value(name).map(|(name, requirement)| (name.as_str(), requirement))
    }

    /// What a bare payto has to prove, if the operator uses such targets.
    #[must_use]
    pub fn payment_target(&self) -> Option<&Requirement> {
        self.payment_target.provider.is_some().then_some(&self.payment_target)
    }

    /// Lists what a target is assessed for: a customer for every type, a bare payto for [`Self::BARE`] alone.
    pub fn of(&self, is_customer: bool) -> impl Iterator<Item = (&str, &Requirement)> {
        let types = self.types.iter().map(|(name, requirement)| (name.as_str(), requirement));
        let bare = self.payment_target().map(|requirement| (Self::BARE, requirement));
        types.filter(move |_| is_customer).chain(bare.into_iter().filter(move |_| !is_customer))
    }

    /// Tells whether any type asks for a field; what nobody asks for is not stored.
    #[must_use]
    pub fn asks_for(&self, field: &'static Field) -> bool {
        self.types.values().flat_map(|requirement| &requirement.fields).any(|asked| asked.field.name == field.name)
    }

    /// Tells these requirements from others, so that a changed configuration is noticed.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn digest(types: &BTreeMap<String, Requirement>, payment_target: &Requirement) -> String {
    let mut context = Context::new(&SHA256);
    let mut part = |text: &str| {
        context.update(&text.len().to_be_bytes());
        context.update(text.as_bytes());
    };
    let types = types.iter().map(|(name, requirement)| (name.as_str(), requirement));
    for (name, requirement) in types.chain([(Requirements::BARE, payment_target)]) {
        part(name);
        part(requirement.provider.as_deref().unwrap_or_default());
        for asked in &requirement.fields {
            part(asked.field.name);
            part(if asked.optional { "optional" } else { "required" });
        }
        part("");
    }
    HEXLOWER.encode(&context.finish().as_ref()[..16])
}
