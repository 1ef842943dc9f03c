//! The template engine: compiled-in sources, escaped output, nothing undefined.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior};
use serde::Serialize;

/// Every template by name. The `.html` in the name is what turns escaping on.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("home.html", include_str!("templates/home.html")),
    ("kyc_confirm.html", include_str!("templates/kyc_confirm.html")),
    ("kyc_done.html", include_str!("templates/kyc_done.html")),
    ("kyc_go.html", include_str!("templates/kyc_go.html")),
    ("kyc_contested.html", include_str!("templates/kyc_contested.html")),
    ("kyc_spa.html", include_str!("templates/kyc_spa.html")),
    ("layout.html", include_str!("templates/layout.html")),
    ("mark.html", include_str!("templates/mark.html")),
    ("sandbox.html", include_str!("templates/sandbox.html")),
    ("subject.html", include_str!("templates/subject.html")),
    ("trouble.html", include_str!("templates/trouble.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("compiled-in templates parse, as tests/pages shows");
    }
    environment
});

/// Renders the template of that name with any context.
///
/// # Errors
/// An unknown template, or a context that lacks what the template names.
pub fn markup<C: Serialize>(template: &str, context: &C) -> Result<String, Error> {
    ENVIRONMENT.get_template(template)?.render(Serde(context))
}
