//! Mistakes that others made in this protocol; each has a test that bears its name, and says what comes of it.

use std::collections::HashSet;

use kycd::proof::Outcome;
use rstest::rstest;
use serde_json::json;

use crate::browser::{way_back, with_query};
use crate::database::Engine;
use crate::provider::{Document, Endpoint, Mode, Reply, Return};
use crate::setting::{PUBLIC_URL, Setting};

/// The mistake: a status enum whose zero value means success, so that what is forgotten reads as a yes. This would not
/// compile if the outcome of a proof had a default: then both traits would offer `IS_ABSENT`.
#[test]
fn a_status_enum_whose_zero_value_means_success() {
    trait HasDefault<A> {
        const IS_ABSENT: bool = true;
    }
    struct Present;
    impl<T> HasDefault<()> for T {}
    impl<T: Default> HasDefault<Present> for T {}
    const { assert!(<Outcome as HasDefault<_>>::IS_ABSENT) };
}

/// The mistake: whoever cancels at the provider comes back to a page that never ends, since only a code is waited for.
#[rstest]
#[tokio::test]
async fn a_cancelled_login_that_never_answers(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let cancel = with_query("/kyc-proof/eid", &[("error", "access_denied"), ("state", &returned.state)]);
    let answer = browser.get(&cancel).await;
    assert!(answer.status == 403 && answer.body.contains("cancelled"), "{}", answer.body);
}

/// The mistake: one GET with a junk code closes somebody's verification; whoever knows or guesses a state can spoil it.
#[rstest]
#[tokio::test]
async fn one_get_with_a_junk_code_that_closes_somebodys_verification(
    #[values("strict", "confirm", "off")] binding: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "browser_binding": binding })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    for code in ["junk", "more junk"] {
        let junk = Return { code: code.to_owned(), state: returned.state.clone() };
        let answer = setting.browser().come_back(&junk).await;
        assert!(matches!((binding, answer.status), ("strict" | "off", 401) | ("confirm", 200)), "{}", answer.status);
    }
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

/// The mistake: the redirect URI is built differently at start and at exchange (by the request's host, say), and no
/// code is ever taken.
#[rstest]
#[tokio::test]
async fn a_redirect_uri_built_differently_at_start_and_at_exchange(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&page).await;
    let returned = setting.eid.authorize(&departure);
    browser.come_back(&returned).await;
    let [exchange] = setting.eid.received("/token").try_into().unwrap();
    let asked = departure.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    assert_eq!(asked, format!("{PUBLIC_URL}/kyc-proof/eid"));
    assert_eq!(exchange.form["redirect_uri"], asked);
}

/// The mistake: `state` is looked up without the provider, so that one provider can speak for another (mix-up).
#[rstest]
#[tokio::test]
async fn state_looked_up_without_the_provider(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.get(&way_back("sandbox", &returned)).await.status, 404);
    assert!(setting.other.received("/token").is_empty());
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

/// The mistake: client secrets follow a redirect of the token endpoint to wherever it leads.
#[rstest]
#[tokio::test]
async fn client_secrets_following_a_redirect(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let elsewhere = format!("{}/token", setting.other.origin);
    setting.now_misbehaves([Mode::Answers(Endpoint::Token, Reply::Redirect(elsewhere))]);
    assert_eq!(browser.come_back(&returned).await.status, 502);
    assert!(setting.eid.received("/token")[0].authorization.is_some(), "the secret was sent where it belongs");
    assert_eq!(*setting.other.traffic.lock().unwrap(), "");
}

/// The mistake: the provider's JSON, with all that it knows of a person, stands in an error page. That it stands in no
/// log either is shown beside the servers that are processes of their own.
#[rstest]
#[tokio::test]
async fn the_providers_json_in_an_error_page(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let claims = json!({ "sub": "subject-canary", "given_name": "given-canary", "email": "mail-canary@example.com" });
    setting.now_misbehaves([Mode::Answers(Endpoint::Userinfo, Reply::Json(200, claims))]);
    let answer = browser.come_back(&returned).await;
    assert_eq!(answer.status, 502);
    assert!(!answer.body.contains("canary"), "{}", answer.body);
}

/// The mistake: a finished process is not marked finished, and the next code is exchanged for it once more.
#[rstest]
#[tokio::test]
async fn a_finished_process_that_is_not_marked_finished(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&page).await;
    let (first, second) = (setting.eid.authorize(&departure), setting.eid.authorize(&departure));
    assert_eq!(browser.come_back(&first).await.status, 302);
    setting.now_misbehaves([Mode::Says(Document::Claims, "given_name", json!("Grace"))]);
    assert_eq!(browser.come_back(&second).await.status, 302, "another code is not needed, nor used");
    assert_eq!(setting.token_calls(), 1);
    assert_eq!(setting.count("processes WHERE state = 'verified'").await, 1);
}

/// The mistake: two parallel callbacks, two token calls; the second one makes careful providers revoke what the first
/// got.
#[rstest]
#[tokio::test]
async fn two_parallel_callbacks_two_token_calls(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let (one, other) = tokio::join!(browser.come_back(&returned), browser.come_back(&returned));
    assert_eq!((one.status, other.status), (302, 302));
    assert_eq!(setting.token_calls(), 1);
}

/// The mistake: access tokens from a non-cryptographic random source. No test can show that bits are random; this shows
/// that nothing is counted up, repeated or shared between them.
#[rstest]
#[tokio::test]
async fn access_tokens_from_a_non_cryptographic_random_source(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let mut beginnings = HashSet::new();
    let mut ends = HashSet::new();
    for number in 0..50 {
        let target = json!({ "payto_uri": format!("payto://x-taler-bank/bank.example.com/user-{number}") });
        let token = setting.put_target(target).await.1["access_token"].as_str().unwrap().to_owned();
        beginnings.insert(token[..12].to_owned());
        ends.insert(token[40..].to_owned());
    }
    assert_eq!((beginnings.len(), ends.len()), (50, 50));
    let another = Setting::start(engine).await;
    let target = json!({ "payto_uri": "payto://x-taler-bank/bank.example.com/user-0" });
    let token = another.put_target(target).await.1["access_token"].as_str().unwrap().to_owned();
    assert!(!beginnings.contains(&token[..12]), "another installation has other tokens for the same targets");
}

/// The mistake: `HEAD` is served by the `GET` handler, so that whoever only looks at a link spends its code.
#[rstest]
#[tokio::test]
async fn head_served_by_the_get_handler(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.send("HEAD", &way_back("eid", &returned), &[], "").await.status, 405);
    assert_eq!(setting.token_calls(), 0);
}

#[rstest]
#[tokio::test]
async fn the_search_for_access_tokens_finds_one_that_is_planted(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let stolen = format!("{}/authorize?token={}", setting.other.origin, page.split(['/', '?']).nth(2).unwrap());
    setting.other.traffic.lock().unwrap().push_str(&stolen);
    assert!(setting.find_access_token().is_some());
    setting.other.traffic.lock().unwrap().clear();
    let browser = setting.browser();
    browser.come_back(&setting.log_in(&browser, &page).await).await;
    assert!(setting.eid.traffic.lock().unwrap().contains("grant_type=authorization_code"), "everything is searched");
}
