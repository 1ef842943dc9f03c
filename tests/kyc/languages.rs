//! Pages in the language of whoever reads them: chosen once, it lasts for the whole way.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Page, way_back};
use crate::database::Engine;
use crate::setting::Setting;

impl Page {
    #[track_caller]
    fn is_in(&self, code: &str) {
        assert!(self.body.contains(&format!("<html lang=\"{code}\">")), "{}", self.body);
        assert_eq!(self.header("content-language"), code);
        let vary: Vec<_> = self.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(vary, ["cookie", "accept-language"]);
    }

    /// Where the page can be read in another language.
    #[track_caller]
    fn in_language(&self, code: &str) -> String {
        let link = self.body.split("<a href=\"").skip(1).find(|link| link.contains(&format!("hreflang=\"{code}\"")));
        link.expect("an offer").split('"').next().unwrap().replace("&amp;", "&")
    }

    fn offers_languages(&self) -> bool {
        self.body.contains("hreflang")
    }
}

#[rstest]
#[case::by_the_url("lang=es", "de", "es")]
#[case::with_a_region("lang=es-MX", "de", "es")]
#[case::by_the_browser("", "de-AT,de;q=0.9,en;q=0.8", "de")]
#[case::by_nothing("", "", "en")]
#[case::by_a_browser_that_likes_others("", "fr, *;q=0.1", "en")]
#[case::unknown("lang=tlh", "de", "en")]
#[case::odd("lang=%3Cscript%3E", "de", "en")]
#[tokio::test]
async fn a_page_is_in_the_language_that_is_asked_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] query: &str,
    #[case] accepted: &str,
    #[case] expected: &str,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Ada" })).await;

    let headers: Vec<_> = [("accept-language", accepted)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let shown = setting.browser().send("GET", &format!("{page}&{query}"), &headers, "").await;

    shown.is_in(expected);
    let title =
        [("en", "Confirm who you are"), ("es", "Confirme su identidad"), ("de", "Bestätigen Sie Ihre Identität")];
    let (_, title) = title.into_iter().find(|(code, _)| *code == expected).unwrap();
    assert!(shown.body.contains(title), "{}", shown.body);
    let words = shown.words();
    assert!(!words.contains("tlh") && !words.contains("%3C"), "{words}");
    let bank = format!("{}?{query}", setting.bank_page().await);
    setting.browser().send("GET", &bank, &headers, "").await.is_in(expected);
}

#[rstest]
#[tokio::test]
async fn a_choice_lasts_through_forms_redirects_and_the_way_to_the_provider(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::openid(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let english = browser.get(&page).await;
    english.is_in("en");
    let path = page.split('?').next().unwrap();

    let german = browser.get(&format!("{path}{}", english.in_language("de"))).await;

    german.is_in("de");
    assert!(german.body.contains("Weiter zu Example eID"), "the type is kept: {}", german.body);
    let departure = browser.press(&german).await.destination();
    assert!(departure.query_pairs().any(|pair| pair == ("ui_locales".into(), "de".into())), "{departure}");
    assert_eq!(browser.come_back(&setting.eid.authorize(&departure)).await.status, 302);
    let end = browser.get(&page).await;
    end.is_in("de");
    assert!(end.body.contains("Ihre Identität ist bestätigt"), "{}", end.body);
    // Another person's browser is not touched, and this one can choose again.
    setting.browser().get(&page).await.is_in("en");
    browser.get(&format!("{page}&lang=es")).await.is_in("es");
    browser.get("/kyc-done").await.is_in("es");
    browser.get("/").await.is_in("es");
    browser.post("/kyc-start/nothing", &[].into()).await.is_in("es");
}

#[rstest]
#[tokio::test]
async fn a_page_that_shows_no_code_can_be_read_in_another_language(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "browser_binding": "confirm" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let returned = setting.log_in(&setting.browser(), &page).await;
    let way = way_back("eid", &returned);
    let browser = setting.browser();
    let english = browser.get(&way).await;
    assert!(english.body.contains("Is this your account?"), "{}", english.body);

    let from = [("referer", &*format!("https://kyc.example.com{way}"))];
    let back = browser.send("GET", &english.in_language("es"), &from, "").await;

    assert_eq!((back.status, back.header("location")), (303, way.as_str()));
    let spanish = browser.get(&way).await;
    spanish.is_in("es");
    assert!(spanish.body.contains("¿Es esta su cuenta?"), "{}", spanish.body);
    assert_eq!(browser.press(&spanish).await.status, 302, "and it goes on");
}

#[rstest]
#[case::of_nowhere(None, "/")]
#[case::of_another_site(Some("https://evil.example.com/page"), "/")]
#[case::of_another_site_as_a_path(Some("https://kyc.example.com//evil.example.com/"), "/")]
#[case::of_the_sandbox(Some("https://kyc.example.com/sandbox/authorize?state=1"), "/")]
#[case::of_a_page(Some("https://kyc.example.com/kyc-spa/x?type=sep6"), "/kyc-spa/x?type=sep6")]
#[tokio::test]
async fn choosing_a_language_leads_to_pages_of_the_way_alone(#[case] referrer: Option<&str>, #[case] place: &str) {
    let setting = Setting::start(Engine::Sqlite).await;
    let headers: Vec<_> = referrer.map(|referrer| ("referer", referrer)).into_iter().collect();

    let answer = setting.browser().send("GET", "/kyc-lang/de", &headers, "").await;

    assert_eq!((answer.status, answer.header("location")), (303, place));
    assert_eq!(answer.set_cookies(), ["__Host-kycd-lang=de; HttpOnly; SameSite=Lax; Secure; Path=/"]);
    assert_eq!(setting.browser().send("GET", "/kyc-lang/tlh", &headers, "").await.status, 404);
}

#[rstest]
#[tokio::test]
async fn what_answers_a_form_offers_no_other_language(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    assert!(browser.get(&page).await.offers_languages());
    assert!(browser.get("/kyc-spa/nothing").await.offers_languages());

    let refused = browser.post("/kyc-start/nothing", &[].into()).await;

    assert_eq!((refused.status, refused.offers_languages()), (403, false));
}
