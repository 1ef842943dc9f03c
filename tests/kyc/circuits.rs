//! Providers that are left alone: after failures in a row, and for as long as they say.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::provider::{Document, Endpoint, Mode, Reply};
use crate::setting::{PATIENCE, PAUSE, Setting};

fn broken() -> Mode {
    Mode::Answers(Endpoint::Token, Reply::Json(500, json!({})))
}

/// Goes to the provider and back so often; gives the statuses and the last page.
async fn come_and_go(setting: &Setting, browser: &Browser, page: &str, times: usize) -> (Vec<u16>, Page) {
    let mut shown = browser.get(page).await;
    let mut statuses = Vec::new();
    for _ in 0..times {
        let left = browser.press(&shown).await;
        if left.status != 303 {
            return (statuses, left);
        }
        shown = browser.come_back(&setting.eid.authorize(&left.destination())).await;
        statuses.push(shown.status);
    }
    (statuses, shown)
}

/// Registers one of several bank accounts and gives the path of its page.
async fn bank_page(setting: &Setting, number: u32) -> String {
    let payto_uri = format!("payto://x-taler-bank/bank.example.com/user-{number}");
    let (status, target) = setting.put_target(json!({ "payto_uri": payto_uri })).await;
    assert_eq!(status, 200, "{target}");
    setting.page_of(target["kyc_url"].as_str().unwrap())
}

#[track_caller]
fn is_told_to_wait(page: &Page, longest: u64) {
    assert_eq!(page.status, 503, "{}", page.body);
    let wait: u64 = page.header("retry-after").parse().expect("seconds");
    assert!((1..=longest).contains(&wait), "{wait}");
}

#[rstest]
#[tokio::test]
async fn a_provider_that_fails_several_in_a_row_is_left_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "failure_limit": 3, "failure_pause": "1h" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    setting.now_misbehaves([broken()]);

    let (statuses, _) = come_and_go(&setting, &browser, &page, 4).await;
    assert_eq!(statuses, [502; 4], "one of them closes the way for nobody");
    for number in 0..2 {
        let bank = bank_page(&setting, number).await;
        assert_eq!(come_and_go(&setting, &setting.browser(), &bank, 1).await.0, [502]);
    }
    let (statuses, refused) = come_and_go(&setting, &browser, &page, 1).await;

    assert!(statuses.is_empty(), "{statuses:?}");
    is_told_to_wait(&refused, 3600);
    assert!(refused.body.contains("busy"), "{}", refused.body);
    is_closed(&browser.get(&page).await);
    assert_eq!(setting.token_calls(), 6);
    let other = setting.bank_page().await;
    let stranger = setting.browser();
    let shown = stranger.get(&other).await;
    is_told_to_wait(&stranger.press(&shown).await, 3600);
    is_told_to_wait(&stranger.post_json(&shown.action().unwrap()).await, 3600);
    assert_eq!(setting.count("processes WHERE ticket_tag IS NOT NULL").await, 0);

    // What is held against the provider is forgotten by nobody but this process.
    setting.now_misbehaves([]);
    let second = setting.second_server().await;
    let elsewhere = browser.at(&second.public);
    let returned = setting.eid.authorize(&elsewhere.leave(&page).await);
    assert_eq!(browser.come_back(&returned).await.status, 302, "a code is exchanged all the same");
    is_open(&stranger.get(&other).await);
    assert_eq!(stranger.press(&shown).await.status, 303, "and its success lets everybody go again");
}

/// A ticket that was made before the provider failed.
#[rstest]
#[tokio::test]
async fn nobody_is_asked_to_leave_for_a_provider_that_is_left_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "failure_limit": 1, "failure_pause": "1h" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let ticket = browser.post_json(&browser.get(&page).await.action().unwrap()).await.json();
    let place = ticket["redirect_url"].as_str().unwrap();
    is_open(&browser.get(place).await);
    setting.now_misbehaves([broken()]);
    let bank = bank_page(&setting, 0).await;
    assert_eq!(come_and_go(&setting, &setting.browser(), &bank, 1).await.0, [502]);

    is_closed(&browser.get(place).await);

    for (language, said) in [("es", "no está disponible en este momento"), ("de", "ist gerade nicht erreichbar")] {
        let shown = browser.get(&format!("{place}?lang={language}")).await;
        assert!(shown.body.contains(said), "{}", shown.body);
    }
}

/// Says that the provider cannot be asked, and for how long, beside a button that cannot be pressed.
#[track_caller]
fn is_closed(page: &Page) {
    let (_, said) = page.body.split_once("id=\"closed\">").unwrap_or_else(|| panic!("{}", page.body));
    let (said, after) = said.split_once("</p>").unwrap();
    let said = said.strip_prefix("Example eID cannot be reached just now. Reload this page in ").unwrap();
    let minutes: u64 = said.strip_suffix(" minutes to try again.").unwrap().parse().unwrap();
    assert!((2..=60).contains(&minutes), "{minutes}");
    assert!(after.contains("<button type=\"submit\" disabled aria-describedby=\"closed\">"), "{after}");
}

#[track_caller]
fn is_open(page: &Page) {
    assert!(page.action().is_some() && !page.words().contains("closed"), "{}", page.body);
}

#[rstest]
#[case::refuses_codes(Mode::Answers(Endpoint::Token, Reply::Json(400, json!({ "error": "invalid_grant" }))), 401)]
#[case::tells_too_little(Mode::Omits(Document::Claims, "family_name"), 502)]
#[case::does_not_know_us(Mode::Answers(Endpoint::Token, Reply::Json(401, json!({ "error": "invalid_client" }))), 502)]
#[tokio::test]
async fn what_is_not_the_providers_failure_is_not_held_against_it(
    #[case] mode: Mode,
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "failure_limit": 1, "failure_pause": "1h" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    setting.now_misbehaves([mode]);
    let (statuses, _) = come_and_go(&setting, &setting.browser(), &page, 3).await;
    assert_eq!(statuses, [status; 3]);
}

#[rstest]
#[tokio::test]
async fn after_the_pause_it_is_tried_again(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::with(engine, json!({ "failure_limit": 1, "failure_pause": "1s" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    setting.now_misbehaves([broken()]);
    come_and_go(&setting, &browser, &page, 1).await;
    setting.now_misbehaves([]);
    let tried = async {
        while come_and_go(&setting, &browser, &page, 1).await.0 != [302] {
            tokio::time::sleep(PAUSE).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, tried).await.is_ok());
}

/// A start that asks the provider nothing finds out nothing, so it takes nobody's turn.
#[rstest]
#[tokio::test]
async fn whoever_leaves_and_does_not_come_back_keeps_nobody_away(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::with(engine, json!({ "failure_limit": 1, "failure_pause": "3s" })).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    setting.now_misbehaves([broken()]);
    come_and_go(&setting, &browser, &page, 1).await;
    let bank = bank_page(&setting, 0).await;
    let (mine, theirs) = (browser.get(&page).await, browser.get(&bank).await);
    tokio::time::sleep(Duration::from_secs(3)).await;
    for shown in [mine, theirs] {
        assert_eq!(browser.press(&shown).await.status, 303);
    }
}

#[rstest]
#[tokio::test]
async fn nobody_leaves_for_a_provider_that_said_when_to_come_back(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let (bank, another) = (bank_page(&setting, 0).await, bank_page(&setting, 1).await);
    let (browser, second, third) = (setting.browser(), setting.browser(), setting.browser());
    let to_fail = setting.log_in(&second, &bank).await;
    let to_succeed = setting.log_in(&third, &another).await;
    setting.now_misbehaves([Mode::Answers(Endpoint::Token, Reply::Later(429, "900"))]);

    let (statuses, refused) = come_and_go(&setting, &browser, &page, 2).await;

    assert_eq!(statuses, [503]);
    is_told_to_wait(&refused, 30);
    // What it says to a second one counts in full.
    assert_eq!(second.come_back(&to_fail).await.status, 503);
    let (_, refused) = come_and_go(&setting, &browser, &page, 1).await;
    is_told_to_wait(&refused, 900);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 600, "{}", refused.header("retry-after"));
    let other = setting.customer_page("other", json!({ "first_name": "Ada" })).await;
    setting.other.authorize(&setting.browser().leave(&other).await);

    setting.now_misbehaves([]);
    assert_eq!(third.come_back(&to_succeed).await.status, 302);
    assert_eq!(come_and_go(&setting, &browser, &page, 1).await.0, [302], "it answers again");
}

fn waiting(status: &str) -> Mode {
    Mode::Says(Document::Claims, "status", json!(status))
}

fn undecided() -> Value {
    json!({
        "pending": { "claim": "status", "equals": "pending", "interval": "1h" },
        "success": { "claim": "status", "equals": "success" },
    })
}

/// A decision that is due is put off, unasked, while the provider is left alone.
#[rstest]
#[tokio::test]
async fn nor_is_it_asked_for_decisions_meanwhile(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let mut changes = undecided();
    changes["failure_pause"] = json!("1h");
    let setting = Setting::with(engine, changes).await;
    let browser = setting.browser();
    let page = setting.customer_page("sep6-high", json!({})).await;
    setting.now_misbehaves([waiting("pending")]);
    let (statuses, _) = come_and_go(&setting, &browser, &page, 1).await;
    assert_eq!(statuses, [202]);
    setting.now_misbehaves([Mode::Answers(Endpoint::Token, Reply::Later(503, "900"))]);
    let bank = setting.bank_page().await;
    come_and_go(&setting, &browser, &bank, 1).await;
    setting.now_misbehaves([waiting("success")]);
    let asked = setting.eid.received("/userinfo").len();

    setting.change("UPDATE processes SET deadline = 1 WHERE state = 'pending'").await;
    let later = "(deadline - created_at) / 1000000 BETWEEN 600 AND 1200";
    setting.until_some(&format!("processes WHERE state = 'pending' AND {later}")).await;
    assert_eq!(setting.eid.received("/userinfo").len(), asked);
}
