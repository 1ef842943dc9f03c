//! Every page: it renders in every state, escapes what it is given, loads nothing foreign, and tells the browser so.

mod cookies;
mod languages;
mod trouble;

use std::collections::BTreeSet;

use axum::body::to_bytes;
use axum::response::Response;
use http::header;
use kycd::domain::color::Color;
use kycd::domain::language::Language;
use kycd::domain::payto::Payto;
use kycd::http::pages::{self, Brand, Choice, Forms, KycSpa, MaskedAccount, Origin, Page, SCRIPT, Way};
use rstest::rstest;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use sheets::{Visitor, show_all};

#[path = "../support/sheets.rs"]
mod sheets;

const CANARY: &str = r#""><img src=x onerror=fetch('/canary')>"#;

/// Members that choose a branch of a template and are no text.
const TAGS: [&str; 6] = ["standing", "kind", "control", "note", "state", "picture"];

/// How the one picture begins that a page shows.
const PICTURE: &str = r#"<img class="picture" src="data:"#;

/// What every page has to pass, whatever its type.
struct Sheet {
    template: &'static str,
    language: Language,
    html: String,
    with_canary: String,
    response: Response,
    has_form: bool,
    is_live: bool,
}

impl Visitor for Vec<Sheet> {
    fn visit<P: Page>(&mut self, page: P) {
        let mut context = serde_json::to_value(&page).expect("a context is JSON");
        plant(&mut context);
        self.extend(P::LANGUAGES.iter().map(|&language| Sheet {
            template: P::TEMPLATE,
            language,
            html: markup::<P, _>(&page, language),
            with_canary: markup::<P, _>(&context, language),
            response: pages::render(&page),
            has_form: !matches!(page.forms(), Forms::None),
            is_live: P::IS_LIVE,
        }));
    }
}

fn markup<P: Page, C: Serialize>(context: &C, language: Language) -> String {
    pages::markup(P::TEMPLATE, context, language, Choice::list(&Way::Query("type=sep6&"), language))
        .expect("it renders")
}

/// Puts the canary into every string but the tags.
fn plant(value: &mut Value) {
    match value {
        Value::String(text) => CANARY.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(plant),
        Value::Object(members) => {
            members.iter_mut().filter(|(name, _)| !TAGS.contains(&name.as_str())).for_each(|(_, value)| plant(value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn all_sheets() -> Vec<Sheet> {
    let mut sheets = Vec::new();
    show_all(&mut sheets);
    sheets
}

fn occurrences(html: &str, of: &str) -> usize {
    html.matches(of).count()
}

#[test]
fn every_template_but_the_shared_parts_is_rendered_here() {
    let rendered: BTreeSet<&str> = all_sheets().iter().map(|sheet| sheet.template).collect();
    let shared = [
        "closed.html",
        "code.html",
        "console_decision.html",
        "console_desk.html",
        "console_held.html",
        "console_layout.html",
        "console_parts.html",
        "console_proof.html",
        "console_trail.html",
        "console_type.html",
        "details.html",
        "document.html",
        "input.html",
        "layout.html",
        "mark.html",
        "problems.html",
        "subject.html",
    ];
    let expected: BTreeSet<&str> =
        pages::TEMPLATES.iter().map(|(name, _)| *name).filter(|name| !shared.contains(name)).collect();
    assert_eq!(rendered, expected);
}

#[test]
fn every_page_has_a_language_a_title_and_one_heading() {
    for Sheet { template, language, html, .. } in all_sheets() {
        assert!(html.starts_with("<!doctype html>"), "{template}");
        assert!(html.contains(&format!("<html lang=\"{}\">", language.code())), "{template}");
        assert_eq!(occurrences(&html, "<title>"), 1, "{template}");
        assert!(!html.contains("<title> ·"), "{template}: the title is empty");
        assert_eq!(occurrences(&html, "<h1>"), 1, "{template}");
        assert_eq!(occurrences(&html, "<main>"), 1, "{template}");
        assert!(html.contains("width=device-width"), "{template}");
    }
}

#[test]
fn no_page_has_scripts_inline_styles_or_anything_from_another_host() {
    for Sheet { template, html, is_live, .. } in all_sheets() {
        let own = format!(r#"<script src="/assets/kycd.js?v={}" defer></script>"#, SCRIPT.version());
        assert_eq!(occurrences(&html, &own), usize::from(is_live), "{template}");
        let lower = html.replace(&own, "").replace(PICTURE, "").to_lowercase();
        for forbidden in
            ["<script", "javascript:", " style=", "<style", "http://", "https://", "=\"//", "<iframe", "<img"]
        {
            assert!(!lower.contains(forbidden), "{template} contains {forbidden}");
        }
        let handler = lower.split_whitespace().find(|word| word.starts_with("on") && word.contains("=\""));
        assert_eq!(handler, None, "{template}");
    }
}

#[test]
fn every_form_posts_here_with_a_form_token() {
    for Sheet { template, html, has_form, .. } in all_sheets() {
        let forms: Vec<&str> = html.split("<form").skip(1).collect();
        assert_eq!(!forms.is_empty(), has_form, "{template} tells the truth about its forms");
        for form in forms {
            let form = form.split("</form>").next().expect("split gives a first part");
            assert!(form.contains("method=\"post\" action=\"/"), "{template}");
            // Nobody is logged in at the sandbox, so there is nothing to ride on.
            assert!(form.contains("name=\"form_token\"") || template == "sandbox.html", "{template}");
        }
    }
}

#[test]
fn markup_in_any_text_is_escaped() {
    for Sheet { template, with_canary, .. } in all_sheets() {
        assert!(!with_canary.replace(PICTURE, "").contains("<img"), "{template}");
        let escaped = occurrences(&with_canary, "&quot;&gt;&lt;img src=x onerror=fetch(&#x27;");
        assert!(escaped > 0, "{template}: the canary is not on the page");
        assert_eq!(occurrences(&with_canary, "onerror"), escaped, "{template}");
    }
}

#[test]
fn every_page_forbids_caching_framing_and_foreign_content() {
    for Sheet { template, response, has_form, is_live, .. } in all_sheets() {
        let value = |name| response.headers()[name].to_str().expect("headers are ASCII");
        assert_eq!(value(header::CONTENT_TYPE), "text/html; charset=utf-8", "{template}");
        assert_eq!(value(header::CACHE_CONTROL), "no-store", "{template}");
        assert_eq!(value(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{template}");
        assert_eq!(value(header::X_FRAME_OPTIONS), "DENY", "{template}");
        assert_eq!(value(header::REFERRER_POLICY), if has_form { "same-origin" } else { "no-referrer" }, "{template}");
        let policy = value(header::CONTENT_SECURITY_POLICY);
        let (before, _) = policy.split_once("; form-action ").expect("forms are bounded");
        let script = if is_live { "script-src 'self'; connect-src 'self'; " } else { "" };
        let expected = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; {script}base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(before, expected, "{template}");
    }
}

#[test]
fn a_form_may_lead_to_exactly_the_origins_it_offers() {
    let page = KycSpa::sample().swap_remove(0);
    let response = pages::render(&page);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("ASCII");
    assert!(policy.ends_with("form-action 'self' https://eid.example.com"), "{policy}");
}

#[rstest]
#[case::default_port("https://eid.example.com:443/authorize?x=1", true)]
#[case::port("http://127.0.0.1:8000/sandbox", true)]
#[case::ipv6("http://[::1]:8000/", true)]
#[case::policy_separator("https://a;script-src.example.com/", false)]
#[case::policy_list("https://a,b.example.com/", false)]
#[case::other_scheme("javascript:alert(1)", false)]
#[case::file("file:///etc/passwd", false)]
fn an_origin_cannot_smuggle_words_into_the_policy(#[case] url: &str, #[case] accepted: bool) {
    assert_eq!(Origin::of(&Url::parse(url).expect("a URL")).is_some(), accepted);
}

#[rstest]
#[case::account(
    "payto://stellar/GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H",
    r#"{"kind":"stellar","tail":"…C7OX2H","memo":null}"#
)]
#[case::memo(
    "payto://stellar/GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H/id/123456789012",
    r#"{"kind":"stellar","tail":"…C7OX2H","memo":"…789012"}"#
)]
#[case::short_memo(
    "payto://stellar/GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H/id/7",
    r#"{"kind":"stellar","tail":"…C7OX2H","memo":"7"}"#
)]
#[case::iban("payto://iban/DE75512108001245126199", r#"{"kind":"iban","tail":"…126199","memo":null}"#)]
#[case::other("payto://upi/alice@example.com", r#"{"kind":"other","tail":"…le.com","memo":null}"#)]
#[case::short("payto://void/abcdef", r#"{"kind":"other","tail":"…def","memo":null}"#)]
#[case::empty("payto://void/", r#"{"kind":"other","tail":"","memo":null}"#)]
#[case::text_memo(
    "payto://stellar/GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H/text/Wm_DqyBNw7zDn2ln",
    r#"{"kind":"stellar","tail":"…C7OX2H","memo":"…Müßig"}"#
)]
fn an_account_is_shown_by_its_end(#[case] payto: &str, #[case] expected: &str) {
    let payto = Payto::parse(payto).expect("a payto URI");
    let masked = serde_json::to_value(MaskedAccount::of(&payto)).expect("JSON");
    assert_eq!(masked, serde_json::from_str::<Value>(expected).expect("JSON"));
}

#[tokio::test]
async fn the_stylesheet_loads_nothing_and_knows_both_colour_schemes() {
    let response = Brand::default().stylesheet.answer(None);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
    let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    let css = String::from_utf8(body.to_vec()).expect("UTF-8");
    assert!(!css.contains("url(") && !css.contains("@import"));
    assert!(css.contains("prefers-color-scheme: dark") && css.contains(":focus-visible"));
}

#[rstest]
#[case::white("#ffffff")]
#[case::black("#000000")]
#[case::yellow("#ffee00")]
#[case::pale("#f2f2f2")]
#[case::middle("#777777")]
#[tokio::test]
async fn the_colour_of_an_operator_is_made_readable_in_both_schemes(#[case] color: &str) {
    let brand = Brand::new(String::new(), None, Color::parse(color));
    let body = to_bytes(brand.stylesheet.answer(None).into_body(), 1 << 20).await.expect("a body");
    let css = String::from_utf8(body.to_vec()).expect("UTF-8");
    let accents: Vec<_> = css.match_indices("--accent:").map(|(at, name)| color_at(&css[at + name.len()..])).collect();
    let [.., light, dark] = accents[..] else { panic!("{css}") };

    // The sheets of the stylesheet: these are the colours on which the accent is read.
    assert!(css.contains("--sheet: #ffffff") && css.contains("--sheet: #171e1e"));
    assert!(css.contains("--ground: #f3f5f6") && css.contains("--ground: #0e1313"));
    for (accent, grounds) in [(light, ["#ffffff", "#f3f5f6"]), (dark, ["#171e1e", "#0e1313"])] {
        for ground in grounds {
            assert!(accent.contrast(color_at(ground)) >= 4.5, "{accent} on {ground}");
        }
    }
}

fn color_at(text: &str) -> Color {
    Color::parse(text.trim()[..7].trim()).expect("a colour")
}
