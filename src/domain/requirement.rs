//! What a type of customer has to give and prove, as the configuration says.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;

use super::field::{FieldError, FieldRef, Need};

/// One field that a type asks for.
#[derive(Clone, Debug)]
pub struct AskedField {
    /// The field.
    pub field: FieldRef,
    /// The spelling that answers use: the configuration's, of `last_name` and `family_name`.
    pub spelling: String,
    /// Whether the customer may leave it out.
    pub optional: bool,
    /// The values that this type takes; empty where it takes whatever the field does.
    pub choices: Vec<String>,
    /// Whether a value counts only once a code that was sent there came back.
    pub verify: bool,
}

impl AskedField {
    /// The values that an answer lists.
    #[must_use]
    pub fn listed_choices(&self) -> Vec<Cow<'static, str>> {
        if self.choices.is_empty() {
            self.field.choices()
        } else {
            self.choices.iter().cloned().map(Cow::Owned).collect()
        }
    }

    /// Tells whether this type takes a value that the field took.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        self.choices.is_empty() || self.choices.iter().any(|choice| choice == value)
    }
}

/// What one type of customer, or a bare payment target, needs to be ACCEPTED.
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    /// The fields, in the order of the configuration.
    pub fields: Vec<AskedField>,
    /// The provider whose proof is needed.
    pub provider: Option<String>,
    /// The fields that its claims fill, by canonical name.
    pub provider_fields: BTreeSet<String>,
    /// Whether a person decides when everything is there; otherwise it is accepted by itself.
    pub review: bool,
}

impl Requirement {
    /// Finds what is asked by the canonical name of its field.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&AskedField> {
        self.fields.iter().find(|asked| asked.field.name() == name)
    }

    /// Tells whether the provider's claims fill a field.
    #[must_use]
    pub fn provider_fills(&self, asked: &AskedField) -> bool {
        self.provider_fields.contains(asked.field.name())
    }

    /// Checks that this type takes the values of a PUT, each of which its field took; they go by canonical name.
    ///
    /// # Errors
    /// The first that is not among the type's choices.
    pub fn check_choices<'v>(&self, values: impl IntoIterator<Item = (&'v str, &'v str)>) -> Result<(), FieldError> {
        for (name, value) in values {
            if let Some(asked) = self.asked(name).filter(|asked| !asked.takes(value)) {
                return Err(FieldError::new(asked.spelling.clone(), Need::one_of(&asked.choices)));
            }
        }
        Ok(())
    }
}

/// The requirements of all configured types.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    default_type: String,
    types: BTreeMap<String, Requirement>,
    payment_target: Requirement,
    fields: HashMap<String, FieldRef>,
    verified: HashSet<String>,
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
        let payment_target = Requirement { provider: payment_target_provider, ..Requirement::default() };
        let digest = digest(&types, &payment_target);
        let asked = || types.values().flat_map(|requirement| &requirement.fields);
        let fields = asked().map(|asked| &asked.field);
        let spelled = fields.flat_map(|field| field.spellings().map(|name| (name.to_owned(), field.clone())));
        let fields = spelled.collect();
        let verified = asked().filter(|asked| asked.verify).map(|asked| asked.field.name().to_owned()).collect();
        Self { default_type, types, payment_target, fields, verified, digest }
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

    /// Finds a field that any type asks for, by any of its spellings; what nobody asks for is not stored.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldRef> {
        self.fields.get(name)
    }

    /// Tells whether any type needs a code for a field, which goes by its canonical name.
    #[must_use]
    pub fn verifies(&self, field: &str) -> bool {
        self.verified.contains(field)
    }

    /// Lists the fields that any type asks for by each of their spellings, in alphabetical order.
    pub fn spelled_fields(&self) -> impl Iterator<Item = (&str, &FieldRef)> {
        let ordered: BTreeMap<_, _> = self.fields.iter().collect();
        ordered.into_iter().map(|(name, field)| (name.as_str(), field))
    }

    /// Tells these requirements from others, so that a changed configuration is noticed.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Another text whenever facts come to mean something else: then they are all made again.
const FACTS: &str = "names of what is over, not its dates";

fn digest(types: &BTreeMap<String, Requirement>, payment_target: &Requirement) -> String {
    let mut context = Context::new(&SHA256);
    let mut part = |text: &str| {
        context.update(&text.len().to_be_bytes());
        context.update(text.as_bytes());
    };
    part(FACTS);
    let types = types.iter().map(|(name, requirement)| (name.as_str(), requirement));
    for (name, requirement) in types.chain([(Requirements::BARE, payment_target)]) {
        part(name);
        part(requirement.provider.as_deref().unwrap_or_default());
        requirement.provider_fields.iter().for_each(|field| part(field));
        part(if requirement.review { "review" } else { "auto" });
        for asked in &requirement.fields {
            part(asked.field.name());
            part(match (asked.optional, asked.verify) {
                (true, false) => "optional",
                (false, false) => "required",
                (true, true) => "optional, verified",
                (false, true) => "required, verified",
            });
            asked.choices.iter().for_each(|choice| part(choice));
            part("");
        }
        part("");
    }
    HEXLOWER.encode(&context.finish().as_ref()[..16])
}
