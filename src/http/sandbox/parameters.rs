//! Parameters of a query or a form.

use std::collections::BTreeMap;

/// Parameters by name, each given once.
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads a query or a form body; `None` when a name comes twice, which
    /// [RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1) forbids.
    pub(super) fn parse(encoded: &[u8]) -> Option<Self> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded).into_owned() {
            if parameters.insert(name, value).is_some() {
                return None;
            }
        }
        Some(Self(parameters))
    }

    /// The value of a parameter; one without a value counts as left out (RFC 6749 §3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
