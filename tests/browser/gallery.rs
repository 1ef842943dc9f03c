//! All pages in all their states, looked at: axe finds nothing, and nothing has to be scrolled sideways at 320 pixels.
//!
//! `SCREENSHOTS=/tmp/pictures cargo test --test browser gallery` leaves a picture of each there, in every language, light
//! and dark, on a phone and at a desk.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use kycd::domain::color::Color;
use kycd::domain::language::Language;
use kycd::http::pages::{self, Brand, Choice, Page, STYLESHEET_PATH, Way, console};
use rstest::rstest;
use serde_json::{Value, json};

use crate::script::Script;
use crate::sheets::{Visitor, show_all};

/// Collects pages by name, with what they look like.
#[derive(Default)]
struct Gallery {
    /// The name of each, whether axe looks at it, and the page.
    shown: Vec<(String, bool, String)>,
    count: BTreeMap<&'static str, usize>,
}

impl Visitor for Gallery {
    fn visit<P: Page>(&mut self, page: P) {
        let count = self.count.entry(P::TEMPLATE).or_default();
        *count += 1;
        let name = format!("{}-{count:02}", P::TEMPLATE.trim_end_matches(".html"));
        let longest = if P::LANGUAGES.contains(&Language::De) { Language::De } else { Language::En };
        for &language in P::LANGUAGES {
            let choices = Choice::list(&Way::Query("type=sep6&"), language);
            let html = pages::markup(P::TEMPLATE, &page, language, choices).expect("it renders");
            self.shown.push((format!("{name}-{}", language.code()), language == longest, html));
        }
    }
}

/// axe looks at the language with the longest words; what it judges is the same in the others. There are many pages, so
/// several look at once.
#[rstest]
#[tokio::test]
async fn every_page_is_accessible_and_fits_a_phone(#[values(0, 1, 2, 3)] share: usize) {
    let mut gallery = Gallery::default();
    show_all(&mut gallery);
    let mut script = dressed(&Brand::default()).await;

    let mut complaints = Vec::new();
    for (name, axe, html) in gallery.shown.into_iter().skip(share).step_by(4) {
        complaints.extend(look(&mut script, &name, &html, axe));
    }

    assert_eq!(complaints, Vec::<String>::new());
}

#[rstest]
#[case::white("#ffffff")]
#[case::black("#000000")]
#[case::yellow("#ffee00")]
#[case::navy("#00008b")]
#[case::red("#e2001a")]
#[case::grey("#808080")]
#[tokio::test]
async fn every_colour_of_an_operator_can_be_read(#[case] color: &str) {
    let mut gallery = Gallery::default();
    show_all(&mut gallery);
    let color = Color::parse(color);
    assert!(color.is_some());
    let mut script = dressed(&Brand::new(String::new(), None, color)).await;
    let everything = gallery.shown.iter().find(|(name, _, _)| name == "kyc_spa-01-en");
    let (_, _, html) = everything.expect("the page that has everything");

    assert_eq!(look(&mut script, "brand", html, true), Vec::<String>::new());
}

/// Starts whoever looks, with what pages of a brand load.
async fn dressed(brand: &Brand) -> Script {
    let mut script = Script::start("gallery");
    for (path, asset) in [(STYLESHEET_PATH, &brand.stylesheet), (console::STYLESHEET_PATH, &*console::STYLESHEET)] {
        let style = to_bytes(asset.answer(None).into_body(), 1 << 20).await.expect("a stylesheet");
        let text = String::from_utf8(style.to_vec()).expect("UTF-8");
        script.ask("assets", &json!({ path: { "type": "text/css", "text": text } }));
    }
    script
}

fn look(script: &mut Script, name: &str, html: &str, axe: bool) -> Vec<String> {
    let told = script.ask("look", &json!({ "name": name, "html": html, "axe": axe }));
    let told = told.as_array().expect("a list").iter().filter_map(Value::as_str);
    told.map(|complaint| format!("{name}: {complaint}")).collect()
}
