//! Leaving: buttons, tickets and the forms that only our own pages can post (WEB-03, OA-18).

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::setting::{PUBLIC_URL, Setting};

/// The `/kyc-start/{id}` of a page, and the browser that has seen it.
async fn start_link(setting: &Setting) -> (Browser, Page, String) {
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let action = shown.action().unwrap();
    (browser, shown, action)
}

async fn ticket(setting: &Setting) -> String {
    let (_, _, action) = start_link(setting).await;
    let answer = setting.browser().post_json(&action).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.set_cookies().is_empty(), "a script has no cookies");
    let Value::Object(members) = answer.json() else { panic!("{}", answer.body) };
    assert_eq!(members.len(), 1);
    let url = members["redirect_url"].as_str().unwrap();
    url.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn a_ticket_takes_a_browser_to_the_provider_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let go = ticket(&setting).await;
    assert!(go.starts_with("/kyc-go/"), "{go}");
    let browser = setting.browser();
    let shown = browser.get(&go).await;
    assert_eq!(shown.status, 200);
    for named in ["AAAWHF", "wallet.example.org", "kyc.example.com", "sep6-high", "Example eID"] {
        assert!(shown.body.contains(named), "{named}: {}", shown.body);
    }

    let returned = setting.eid.authorize(&browser.press(&shown).await.destination());
    assert_eq!(browser.press(&shown).await.status, 404, "a ticket is used once");
    assert_eq!(browser.get(&go).await.status, 404);
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[case::get("GET", "/kyc-go/", &[])]
#[case::head("HEAD", "/kyc-go/", &[])]
#[case::prefetch("GET", "/kyc-go/", &[("sec-purpose", "prefetch")])]
#[case::link_preview("GET", "/kyc-go/", &[("user-agent", "Slackbot-LinkExpanding 1.0")])]
#[case::get_the_page("GET", "/kyc-spa/", &[])]
#[case::head_of_the_page("HEAD", "/kyc-spa/", &[("sec-purpose", "prefetch;prerender")])]
#[tokio::test]
async fn looking_at_a_link_consumes_nothing(
    #[case] method: &str,
    #[case] what: &str,
    #[case] headers: &[(&str, &str)],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let go = ticket(&setting).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let place = if what == "/kyc-go/" { &go } else { &page };
    for _ in 0..3 {
        assert_eq!(setting.browser().send(method, place, headers, "").await.status, 200);
    }
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &go).await;
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[tokio::test]
async fn a_ticket_ends_after_ten_minutes(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let go = ticket(&setting).await;
    let browser = setting.browser();
    let shown = browser.get(&go).await;
    let minutes_left = "(ticket_expires_at - created_at) / 1000000";
    assert_eq!(setting.count(&format!("processes WHERE {minutes_left} BETWEEN 600 AND 660")).await, 1);
    setting.change("UPDATE processes SET ticket_expires_at = ticket_expires_at - 661000000").await;
    assert_eq!(browser.get(&go).await.status, 404);
    assert_eq!(browser.press(&shown).await.status, 404);
    assert_eq!(setting.count("processes WHERE nonce_tag IS NOT NULL").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_newer_ticket_replaces_the_older_one_of_the_same_process(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let (older, newer) = (ticket(&setting).await, ticket(&setting).await);
    assert_eq!(setting.browser().get(&older).await.status, 404);
    assert_eq!(setting.browser().get(&newer).await.status, 200);
    assert_eq!(setting.count("processes").await, 1, "the same process while one is live");
}

#[rstest]
#[tokio::test]
async fn a_ticket_of_a_process_that_is_over_says_so(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let go = ticket(&setting).await;
    let late = setting.browser();
    let shown = late.get(&go).await;
    let browser = setting.browser();
    let page = setting.customer_page("sep6-high", json!({})).await;
    let returned = setting.log_in(&browser, &page).await;
    browser.come_back(&returned).await;

    assert_eq!(late.press(&shown).await.status, 409);
    assert_eq!(setting.count("processes").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_ticket_does_not_outlive_its_process(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let go = ticket(&setting).await;
    let browser = setting.browser();
    let shown = browser.get(&go).await;
    setting.change("UPDATE processes SET expires_at = 1").await;
    assert_eq!(browser.press(&shown).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_ticket_is_not_lost_when_the_provider_cannot_be_prepared(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    use crate::provider::{Endpoint, Mode, Reply};
    let setting = Setting::openid(engine).await;
    let go = ticket(&setting).await;
    // Another server, which has not discovered anything yet.
    let second = setting.second_server().await;
    let browser = Browser::new(&second.public);
    setting.now_misbehaves([Mode::Answers(Endpoint::Metadata, Reply::Json(500, json!({})))]);
    let shown = browser.get(&go).await;
    assert_eq!(browser.press(&shown).await.status, 502);
    assert_eq!(browser.get(&go).await.status, 200, "it was not consumed");
}

#[rstest]
#[case::made_up("/kyc-start/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::not_base64("/kyc-start/!")]
#[case::no_utf8("/kyc-start/%ff")]
#[tokio::test]
async fn an_unknown_start_link_is_404_for_scripts_and_people(
    #[case] place: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let answer = setting.browser().post_json(place).await;
    assert_eq!((answer.status, answer.json()), (404, json!({ "error": "not found" })));
    let (browser, shown, _) = start_link(&setting).await;
    let page = browser.post(place, &shown.hidden_fields()).await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
}

#[rstest]
#[case::spa("/kyc-spa/%ff", 404)]
#[case::go("/kyc-go/%ff", 404)]
#[tokio::test]
async fn a_link_that_is_no_text_is_unknown(
    #[case] place: &str,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let page = Setting::start(engine).await.browser().get(place).await;
    assert_eq!(page.status, status);
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.body);
}

#[rstest]
#[tokio::test]
async fn a_start_link_with_one_changed_letter_is_unknown(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (browser, shown, action) = start_link(&setting).await;
    for place in ["/kyc-start/".len(), 60, 80, action.len() - 2] {
        let mut forged = action.clone();
        let other = if &forged[place..=place] == "A" { "B" } else { "A" };
        forged.replace_range(place..=place, other);
        assert_eq!(browser.post_json(&forged).await.status, 404, "{place}");
        assert_eq!(browser.post(&forged, &shown.hidden_fields()).await.status, 404, "{place}");
    }
}

#[rstest]
#[tokio::test]
async fn a_finished_proof_cannot_be_started(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (browser, shown, action) = start_link(&setting).await;
    let returned = setting.eid.authorize(&browser.press(&shown).await.destination());
    browser.come_back(&returned).await;
    assert_eq!(browser.post_json(&action).await.status, 409);
    assert_eq!(browser.press(&shown).await.status, 409);
    assert_eq!(setting.count("processes").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_start_link_ends_with_its_customer(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (browser, shown, action) = start_link(&setting).await;
    setting.delete_customer().await;
    assert_eq!(browser.post_json(&action).await.status, 404);
    assert_eq!(browser.press(&shown).await.status, 404);
}

/// Presses the button of a page as somebody else's page would.
async fn forge(browser: &Browser, shown: &Page, headers: &[(&str, &str)], without: Option<&str>) -> u16 {
    let mut fields = shown.hidden_fields();
    if let Some(name) = without {
        fields.remove(name);
    }
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    browser.send("POST", &shown.action().unwrap(), headers, &body).await.status
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[rstest]
#[case::from_another_site(&[FORM, ("sec-fetch-site", "cross-site")], None, 403)]
#[case::from_a_neighbour(&[FORM, ("sec-fetch-site", "same-site")], None, 403)]
#[case::without_token(&[FORM, ("sec-fetch-site", "same-origin")], Some("form_token"), 403)]
#[case::as_text(&[("content-type", "text/plain"), ("sec-fetch-site", "same-origin")], None, 403)]
#[case::as_nothing(&[], None, 403)]
#[case::from_an_old_browser(&[FORM], None, 303)]
#[case::from_our_page(&[FORM, ("sec-fetch-site", "same-origin")], None, 303)]
#[tokio::test]
async fn only_our_own_page_can_post_its_form(
    #[case] headers: &[(&str, &str)],
    #[case] without: Option<&str>,
    #[case] status: u16,
    #[values("/kyc-spa", "/kyc-go")] from: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page =
        if from == "/kyc-go" { ticket(&setting).await } else { setting.customer_page("sep6-high", json!({})).await };
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    assert_eq!(forge(&browser, &shown, headers, without).await, status);
    if status == 403 {
        assert_eq!(setting.count("processes WHERE nonce_tag IS NOT NULL").await, 0, "nobody left");
        assert_eq!(browser.press(&shown).await.status, 303, "and nothing is lost");
    }
}

#[rstest]
#[tokio::test]
async fn the_form_of_one_browser_is_none_of_another(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let (_, shown, action) = start_link(&setting).await;
    let (stranger, _, _) = start_link(&setting).await;
    assert_eq!(stranger.press(&shown).await.status, 403, "a token is bound to the cookie");
    assert_eq!(setting.browser().press(&shown).await.status, 403, "and worth nothing without one");
    let wrong = BTreeMap::from([("form_token".to_owned(), "AAAA".to_owned())]);
    assert_eq!(stranger.post(&action, &wrong).await.status, 403);
}

#[rstest]
#[tokio::test]
async fn a_confirmation_can_only_be_posted_by_our_own_page(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::with(engine, json!({ "browser_binding": "confirm" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let returned = setting.log_in(&setting.browser(), &page).await;
    let phone = setting.browser();
    let question = phone.come_back(&returned).await;
    assert_eq!(forge(&phone, &question, &[FORM, ("sec-fetch-site", "cross-site")], None).await, 403);
    assert_eq!(forge(&phone, &question, &[FORM], Some("form_token")).await, 403);
    assert_eq!(setting.browser().press(&question).await.status, 403);
    assert_eq!(setting.token_calls(), 0);
}
