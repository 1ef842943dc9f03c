//! What customers have to give in tests.

use std::collections::BTreeMap;

use kycd::domain::field;
use kycd::domain::requirement::{AskedField, Requirement, Requirements};

/// The provider of `sep6-high` and of bare payment targets.
pub(crate) const PROVIDER: &str = "eid";

/// A type that asks for fields by the given spellings, and for the proof of a provider.
pub(crate) fn requirement(required: &[&str], optional: &[&str], provider: Option<&str>) -> Requirement {
    let asked = |optional: bool| {
        move |name: &&str| AskedField {
            field: field::find(name).expect("a SEP-9 field").into(),
            spelling: (*name).to_owned(),
            optional,
            choices: Vec::new(),
            verify: false,
        }
    };
    let fields = required.iter().map(asked(false)).chain(optional.iter().map(asked(true))).collect();
    Requirement { fields, provider: provider.map(str::to_owned), ..Requirement::default() }
}

/// `sep6`, the default, asks for two names and a photo that may be left out; `sep6-high` asks for a proof as well.
pub(crate) fn requirements() -> Requirements {
    let (required, optional) = (["first_name", "family_name"], ["photo_id_front"]);
    let types = BTreeMap::from([
        ("sep6".to_owned(), requirement(&required, &optional, None)),
        ("sep6-high".to_owned(), requirement(&required, &optional, Some(PROVIDER))),
    ]);
    Requirements::new("sep6".to_owned(), types, Some(PROVIDER.to_owned()))
}
