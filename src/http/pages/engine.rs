//! The template engine: compiled-in sources, escaped output, nothing undefined.

use std::sync::LazyLock;

use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error, State, UndefinedBehavior};
use serde::Serialize;

use super::words::say;
use super::{Asset, Brand, Choice, SCRIPT, console};
use crate::domain::language::Language;

/// Every template by name. The `.html` in the name is what turns escaping on.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("home.html", include_str!("templates/home.html")),
    ("kyc_confirm.html", include_str!("templates/kyc_confirm.html")),
    ("kyc_done.html", include_str!("templates/kyc_done.html")),
    ("kyc_go.html", include_str!("templates/kyc_go.html")),
    ("kyc_pending.html", include_str!("templates/kyc_pending.html")),
    ("closed.html", include_str!("templates/closed.html")),
    ("code.html", include_str!("templates/code.html")),
    ("details.html", include_str!("templates/details.html")),
    ("document.html", include_str!("templates/document.html")),
    ("input.html", include_str!("templates/input.html")),
    ("kyc_spa.html", include_str!("templates/kyc_spa.html")),
    ("problems.html", include_str!("templates/problems.html")),
    ("layout.html", include_str!("templates/layout.html")),
    ("mark.html", include_str!("templates/mark.html")),
    ("console_audit.html", include_str!("templates/console_audit.html")),
    ("console_customer.html", include_str!("templates/console_customer.html")),
    ("console_customers.html", include_str!("templates/console_customers.html")),
    ("console_decision.html", include_str!("templates/console_decision.html")),
    ("console_desk.html", include_str!("templates/console_desk.html")),
    ("console_held.html", include_str!("templates/console_held.html")),
    ("console_layout.html", include_str!("templates/console_layout.html")),
    ("console_parts.html", include_str!("templates/console_parts.html")),
    ("console_proof.html", include_str!("templates/console_proof.html")),
    ("console_revealed.html", include_str!("templates/console_revealed.html")),
    ("console_sign_in.html", include_str!("templates/console_sign_in.html")),
    ("console_trail.html", include_str!("templates/console_trail.html")),
    ("console_trouble.html", include_str!("templates/console_trouble.html")),
    ("console_type.html", include_str!("templates/console_type.html")),
    ("sandbox.html", include_str!("templates/sandbox.html")),
    ("subject.html", include_str!("templates/subject.html")),
    ("trouble.html", include_str!("templates/trouble.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_function("say", |state: &State<'_, '_>, name: &str, parts: Kwargs| say(state, name, &parts));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source).expect("compiled-in templates parse, as tests/pages shows");
    }
    environment
});

/// What a template sees: the page, and what every page has.
#[derive(Serialize)]
struct Sheet<'a, C> {
    #[serde(flatten)]
    page: &'a C,
    language: Language,
    choices: Vec<Choice>,
    brand: &'a str,
    versions: Versions<'a>,
}

/// Which versions of what pages load are the ones.
#[derive(Serialize)]
struct Versions<'a> {
    stylesheet: &'a str,
    script: &'static str,
    console: &'static str,
    logo: Option<&'a str>,
}

/// Renders the template of that name with any context, in one language; `choices` are the others that it offers.
///
/// # Errors
/// An unknown template or text, or a context that lacks what the template names.
pub fn markup<C: Serialize>(
    template: &str,
    context: &C,
    language: Language,
    choices: Vec<Choice>,
) -> Result<String, Error> {
    let brand = Brand::current();
    let versions = Versions {
        stylesheet: brand.stylesheet.version(),
        script: SCRIPT.version(),
        console: console::STYLESHEET.version(),
        logo: brand.logo.as_ref().map(Asset::version),
    };
    let sheet = Sheet { page: context, language, choices, brand: &brand.name, versions };
    ENVIRONMENT.get_template(template)?.render(Serde(&sheet))
}
