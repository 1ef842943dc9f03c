//! Pages in every language, and how they offer the others.

use kycd::domain::language::Language;
use kycd::http::pages::{self, Choice, KycDone, Page as _, Way};

#[test]
fn every_text_of_the_templates_has_a_name_of_its_own() {
    let mut names: Vec<_> = pages::words().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn no_page_is_the_same_in_two_languages() {
    let sheets = super::all_sheets();
    for sheet in &sheets {
        let others = sheets.iter().filter(|other| other.language != sheet.language && other.template == sheet.template);
        let main = |html: &str| html.split_once("<main>").expect("every page has one").1.to_owned();
        for other in others {
            assert_ne!(main(&sheet.html), main(&other.html), "{}", sheet.template);
        }
    }
}

#[test]
fn a_page_offers_the_other_languages_and_keeps_its_query() {
    let page = KycDone { operator: "kyc.example.com".to_owned() };
    let choices = Choice::list(&Way::Query("type=sep6&"), Language::Es);
    let html = pages::markup(KycDone::TEMPLATE, &page, Language::Es, choices).expect("it renders");

    assert!(html.contains(r#"<nav aria-label="Idioma">"#), "{html}");
    for (code, name) in [("en", "English"), ("de", "Deutsch")] {
        let attributes = format!(r#"referrerpolicy="same-origin" lang="{code}" hreflang="{code}""#);
        let link = format!(r#"<a href="?type=sep6&amp;lang={code}" {attributes}>{name}</a>"#);
        assert!(html.contains(&link), "{html}");
    }
    assert!(html.contains(r#"<span aria-current="true">Español</span>"#), "{html}");
}
