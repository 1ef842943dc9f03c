//! A return through a browser that did not leave: OA-02, and the cookies that tell.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, Page, with_query};
use crate::database::Engine;
use crate::provider::Return;
use crate::setting::Setting;

async fn bound(engine: Engine, binding: &str) -> (Setting, Browser, String, Return) {
    let setting = Setting::with(engine, json!({ "browser_binding": binding })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    (setting, browser, page, returned)
}

fn cancelled(returned: &Return) -> String {
    with_query("/kyc-proof/eid", &[("error", "access_denied"), ("state", &returned.state)])
}

#[rstest]
#[tokio::test]
async fn a_strict_provider_turns_another_browser_away_and_still_takes_the_right_one(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, page, returned) = bound(engine, "strict").await;
    for _ in 0..2 {
        let refused = setting.browser().come_back(&returned).await;
        assert_eq!(refused.status, 401);
        assert_eq!(refused.action(), None, "nothing to press for a browser that did not leave");
    }
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(browser.come_back(&returned).await.header("location"), page);
    assert_eq!(setting.browser().come_back(&returned).await.status, 401, "nor is it told of the success");
}

#[rstest]
#[tokio::test]
async fn the_cookie_of_another_process_is_no_cookie(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, browser, _, returned) = bound(engine, "strict").await;
    let stranger = setting.browser();
    let bank = setting.bank_page().await;
    stranger.leave(&bank).await;

    assert_eq!(stranger.come_back(&returned).await.status, 401);
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[case::made_up("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::empty("")]
#[case::enormous(&"x~".repeat(2000))]
#[tokio::test]
async fn a_cookie_that_we_did_not_make_is_no_cookie(
    #[case] value: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _, _, returned) = bound(engine, "strict").await;
    let forger = setting.browser();
    forger.cookies.lock().unwrap().insert("__Host-kycd-process".to_owned(), value.to_owned());
    assert_eq!(forger.come_back(&returned).await.status, 401);
    assert_eq!(setting.token_calls(), 0);
}

#[rstest]
#[tokio::test]
async fn a_cookie_with_one_changed_letter_is_no_cookie(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, browser, _, returned) = bound(engine, "strict").await;
    let forger = browser.at(setting.public());
    for value in forger.cookies.lock().unwrap().values_mut() {
        let middle = value.len() / 2;
        let other = if &value[middle..=middle] == "A" { "Q" } else { "A" };
        value.replace_range(middle..=middle, other);
    }
    assert_eq!(forger.come_back(&returned).await.status, 401);
}

#[rstest]
#[tokio::test]
async fn a_provider_without_binding_lets_another_browser_finish_but_shows_it_nothing(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, page, returned) = bound(engine, "off").await;
    let end = setting.browser().come_back(&returned).await;
    assert_eq!((end.status, end.header("location")), (302, "/kyc-done"));
    let done = setting.browser().get("/kyc-done").await;
    assert!(done.status == 200 && done.body.contains("Done"));
    assert_eq!(browser.come_back(&returned).await.header("location"), page, "the browser that left sees its page");
    assert_eq!(setting.token_calls(), 1);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn another_browser_may_confirm_whom_it_verifies(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, browser, page, returned) = bound(engine, "confirm").await;
    let phone = setting.browser();

    let question = phone.come_back(&returned).await;
    assert_eq!(question.status, 200);
    assert_eq!(question.action().as_deref(), Some("/kyc-confirm"));
    assert!(question.body.contains("AAAWHF") && question.body.contains("sep6-high"), "{}", question.body);
    assert!(!question.body.contains(page.split(['/', '?']).nth(2).unwrap()), "the link is not given away");
    assert_eq!(setting.token_calls(), 0, "nothing happens before the click");
    assert_eq!(setting.status("sep6-high").await, "NEEDS_INFO");

    let end = phone.submit(&question, &[("answer", "yes")]).await;
    assert_eq!((end.status, end.header("location")), (302, "/kyc-done"));
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");

    let replayed = phone.submit(&question, &[("answer", "yes")]).await;
    assert_eq!((replayed.status, replayed.header("location")), (302, "/kyc-done"), "as before");
    assert_eq!(browser.come_back(&returned).await.header("location"), page);
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[case::no(&[("answer", "no")])]
#[case::something_else(&[("answer", "YES ")])]
#[case::nothing(&[])]
#[tokio::test]
async fn a_browser_that_does_not_confirm_passes_nothing_on(
    #[case] answer: &[(&str, &str)],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, _, returned) = bound(engine, "confirm").await;
    let phone = setting.browser();
    let question = phone.come_back(&returned).await;
    assert_eq!(phone.submit(&question, answer).await.status, 401);
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(browser.come_back(&returned).await.status, 302, "the browser that left is not kept from it");
}

#[rstest]
#[case::changed(|sealed: &str| {
    let at = sealed.len() - 8;
    let other = if sealed[at..].starts_with('A') { 'B' } else { 'A' };
    format!("{}{other}{}", &sealed[..at], &sealed[at + 1..])
})]
#[case::cut(|sealed: &str| sealed[..40].to_owned())]
#[case::empty(|_: &str| String::new())]
#[case::not_base64(|_: &str| "!".to_owned())]
#[tokio::test]
async fn a_confirmation_that_we_did_not_seal_is_unknown(
    #[case] tamper: fn(&str) -> String,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _, _, returned) = bound(engine, "confirm").await;
    let phone = setting.browser();
    let question = phone.come_back(&returned).await;
    let sealed = tamper(&question.hidden_fields()["sealed"]);
    let refused = phone.submit(&question, &[("sealed", &sealed), ("answer", "yes")]).await;
    assert_eq!(refused.status, 404);
    assert_eq!(setting.token_calls(), 0);
}

#[rstest]
#[tokio::test]
async fn the_confirmation_of_one_process_is_none_of_another(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _, _, returned) = bound(engine, "confirm").await;
    let bank = setting.bank_page().await;
    let other = setting.log_in(&setting.browser(), &bank).await;
    let phone = setting.browser();
    let question = phone.come_back(&returned).await;
    let sealed = |page: &Page| page.hidden_fields()["sealed"].clone();
    let (mine, foreign) = (sealed(&question), sealed(&phone.come_back(&other).await));
    // The first 16 bytes name the process: 21 letters and a part of the 22nd.
    let mixed = format!("{}{}", &foreign[..21], &mine[21..]);
    assert_eq!(phone.submit(&question, &[("sealed", &mixed), ("answer", "yes")]).await.status, 404);
    assert_eq!(setting.token_calls(), 0);
}

#[rstest]
#[tokio::test]
async fn a_confirmation_ends_with_the_departure_that_it_was_for(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, page, returned) = bound(engine, "confirm").await;
    let phone = setting.browser();
    let question = phone.come_back(&returned).await;
    let later = setting.log_in(&browser, &page).await;

    assert_eq!(phone.submit(&question, &[("answer", "yes")]).await.status, 404);
    assert_eq!(setting.token_calls(), 0);
    assert_eq!(browser.come_back(&later).await.status, 302);
}

#[rstest]
#[tokio::test]
async fn a_confirmation_ends_with_its_process(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, _, _, returned) = bound(engine, "confirm").await;
    let phone = setting.browser();
    let question = phone.come_back(&returned).await;
    setting.change("UPDATE processes SET expires_at = 1").await;
    assert_eq!(phone.submit(&question, &[("answer", "yes")]).await.status, 404);
    assert_eq!(setting.token_calls(), 0);
}

#[rstest]
#[case::strict("strict", 401)]
#[case::confirm("confirm", 403)]
#[case::off("off", 403)]
#[tokio::test]
async fn a_cancellation_from_another_browser_closes_nothing(
    #[case] binding: &str,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, _, returned) = bound(engine, binding).await;
    let page = setting.browser().get(&format!("{}&error_description=Call+us", cancelled(&returned))).await;
    assert_eq!(page.status, status);
    assert!(!page.offers_to_start_again());
    assert!(!page.words().contains("Call us"), "anybody could have the provider say so: {}", page.body);
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[case::busy("temporarily_unavailable", 503)]
#[case::broken("server_error", 502)]
#[tokio::test]
async fn another_browser_is_told_what_kind_of_trouble_it_is(
    #[case] error: &str,
    #[case] status: u16,
    #[values("confirm", "off")] binding: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, _, returned) = bound(engine, binding).await;
    let way = with_query("/kyc-proof/eid", &[("error", error), ("state", &returned.state)]);
    let page = setting.browser().get(&way).await;
    assert_eq!(page.status, status);
    assert!(!page.offers_to_start_again());
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[tokio::test]
async fn cookies_are_for_this_host_alone_and_no_script_reads_them(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let left = browser.press(&shown).await;

    assert!(shown.set_cookies()[0].starts_with("__Host-kycd-form="));
    assert!(left.set_cookies()[0].starts_with("__Host-kycd-process="));
    for cookie in [shown.set_cookies()[0], left.set_cookies()[0]] {
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.split("; ").any(|found| found == attribute), "{attribute}: {cookie}");
        }
        assert!(cookie.len() <= 4096 && !cookie.contains("Domain"), "{cookie}");
    }
}

#[rstest]
#[tokio::test]
async fn the_cookie_forgets_the_oldest_of_many_ways(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let browser = setting.browser();
    let mut ways = Vec::new();
    for number in 0..5 {
        let target = json!({ "payto_uri": format!("payto://x-taler-bank/bank.example.com/user-{number}") });
        let page = setting.page_of(setting.put_target(target).await.1["kyc_url"].as_str().unwrap());
        ways.push(setting.log_in(&browser, &page).await);
    }
    assert!(browser.cookies.lock().unwrap()["__Host-kycd-process"].len() < 1024);
    let mut statuses = Vec::new();
    for way in &ways {
        statuses.push(browser.come_back(way).await.status);
    }
    assert_eq!(statuses, [401, 302, 302, 302, 302]);
}
