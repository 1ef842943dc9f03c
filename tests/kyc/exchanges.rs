//! One code, one token call: OA-03, and what becomes of an exchange that is disturbed.

use std::time::Duration;

use futures_util::future::join_all;
use kycd::domain::process::CODES;
use rstest::rstest;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::browser::way_back;
use crate::database::Engine;
use crate::provider::{Endpoint, Mode, Reply, Return};
use crate::setting::Setting;

#[rstest]
#[tokio::test]
async fn callbacks_at_the_same_time_make_one_token_call_and_end_alike(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let second = setting.second_server().await;
    let here = setting.browser();
    let returned = setting.log_in(&here, &page).await;
    let there = here.at(&second.public);
    let gate = setting.hold_tokens();

    let opening = async {
        gate.reached().await;
        gate.open();
    };
    let callbacks = futures_util::future::join_all(
        [&here, &there, &here, &there, &here, &there].map(|browser| browser.come_back(&returned)),
    );
    let (ends, ()) = tokio::join!(callbacks, opening);

    for end in ends {
        assert_eq!((end.status, end.header("location")), (302, page.as_str()));
    }
    assert_eq!((setting.token_calls(), setting.eid.received("/userinfo").len()), (1, 1));
}

#[rstest]
#[tokio::test]
async fn callbacks_that_come_while_a_code_fails_end_alike_too(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let second = setting.second_server().await;
    let here = setting.browser();
    let returned = setting.log_in(&here, &page).await;
    let there = here.at(&second.public);
    setting.now_misbehaves([Mode::Answers(Endpoint::Token, Reply::Json(500, json!({})))]);

    let callbacks = [&here, &there, &here, &there].map(|browser| browser.come_back(&returned));
    for end in futures_util::future::join_all(callbacks).await {
        assert_eq!(end.status, 502);
        assert!(end.offers_to_start_again());
    }
    assert_eq!(setting.token_calls(), 1);
}

/// Whoever left once makes up codes for as long as the process lives; each would be a call in our name.
#[rstest]
#[tokio::test]
async fn not_more_than_twenty_codes_of_a_process_are_sent(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let junk = (0..CODES + 5).map(|number| Return { code: format!("made-up-{number}"), state: returned.state.clone() });
    let junk: Vec<_> = junk.collect();

    for answer in join_all(junk.iter().map(|returned| browser.come_back(returned))).await {
        assert_eq!(answer.status, 401);
        assert!(answer.offers_to_start_again());
    }

    assert_eq!(setting.token_calls(), CODES);
    let refused = browser.come_back(&returned).await;
    assert_eq!((refused.status, setting.token_calls()), (401, CODES), "nor a good one");
    let again = setting.eid.authorize(&browser.press(&refused).await.destination());
    assert_eq!(browser.come_back(&again).await.status, 302, "the next start has its own");
}

#[rstest]
#[tokio::test]
async fn a_second_code_waits_for_the_first_one(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let departure = browser.leave(&page).await;
    let (first, second) = (setting.eid.authorize(&departure), setting.eid.authorize(&departure));
    let gate = setting.hold_tokens();
    let later = async {
        gate.reached().await;
        let (end, ()) = tokio::join!(browser.come_back(&second), async { gate.open() });
        end
    };
    let (one, other) = tokio::join!(browser.come_back(&first), later);
    assert_eq!((one.status, other.status), (302, 302));
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn a_browser_that_goes_away_during_the_exchange_is_verified_all_the_same(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let gate = setting.hold_tokens();

    let address = setting.public().trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).await.unwrap();
    let cookie = browser.cookies.lock().unwrap()["__Host-kycd-process"].clone();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nCookie: __Host-kycd-process={cookie}\r\n\r\n",
        way_back("eid", &returned)
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    gate.reached().await;
    drop(connection);
    // An answer on another connection gives the server a turn in which it sees that the first one is gone.
    browser.get(&page).await;
    gate.open();

    assert_eq!(browser.come_back(&returned).await.status, 302, "waits for the exchange, and sends no code again");
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn a_code_whose_exchange_never_ended_counts_as_spent(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let gate = setting.hold_tokens();

    let lapsed = async {
        gate.reached().await;
        setting.change("UPDATE processes SET deadline = 1").await;
        let lapsed = browser.come_back(&returned).await;
        assert_eq!(lapsed.status, 504);
        let again = setting.eid.authorize(&browser.press(&lapsed).await.destination());
        setting.now_misbehaves([]);
        assert_eq!(browser.come_back(&again).await.status, 302);
        gate.open();
    };
    // The answer that comes too late neither spoils nor doubles anything: its state is no longer the process's.
    let (late, ()) = tokio::join!(browser.come_back(&returned), lapsed);

    assert_eq!(late.status, 302);
    assert_eq!(setting.token_calls(), 2, "one for each code");
    assert_eq!(setting.count("processes WHERE state = 'verified'").await, 1);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn nobody_starts_again_while_a_code_is_exchanged(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let returned = setting.eid.authorize(&browser.press(&shown).await.destination());
    let gate = setting.hold_tokens();
    let impatient = async {
        gate.reached().await;
        let refused = browser.press(&shown).await;
        assert_eq!(refused.status, 503);
        assert!(!refused.header("retry-after").is_empty());
        gate.open();
    };
    let (end, ()) = tokio::join!(browser.come_back(&returned), impatient);
    assert_eq!(end.status, 302);
}

#[rstest]
#[tokio::test]
async fn a_customer_erased_during_the_exchange_stays_erased(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({ "first_name": "Ada" })).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    let gate = setting.hold_tokens();
    let erasing = async {
        gate.reached().await;
        setting.delete_customer().await;
        gate.open();
    };

    let (end, ()) = tokio::join!(browser.come_back(&returned), erasing);

    assert_eq!(end.status, 404);
    for table in ["payment_targets", "processes", "spent_codes", "statuses"] {
        assert_eq!(setting.count(table).await, 0, "{table}");
    }
    assert_eq!(setting.get_customer("sep6-high").await.get("id"), None);
    for place in [page.clone(), way_back("eid", &returned)] {
        assert_eq!(browser.get(&place).await.status, 404, "{place}");
    }
    setting.put_customer(json!({})).await;
    assert_eq!(setting.status("sep6-high").await, "NEEDS_INFO", "a new customer starts with nothing");
    assert_eq!(browser.come_back(&returned).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn no_callback_is_answered_as_spent_while_its_own_exchange_runs(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    // Many pairs at random moments: a request that reads the process before and the spent codes after the claim of
    // another one must not take the code for an old one.
    let setting = Setting::start(engine).await;
    let browser = setting.browser();
    for number in 0..12 {
        let target = json!({ "payto_uri": format!("payto://x-taler-bank/bank.example.com/user-{number}") });
        let page = setting.page_of(setting.put_target(target).await.1["kyc_url"].as_str().unwrap());
        let returned = setting.log_in(&browser, &page).await;
        let staggered = (0..6).map(async |turn| {
            tokio::time::sleep(Duration::from_micros(turn * 700)).await;
            browser.come_back(&returned).await.status
        });
        assert_eq!(futures_util::future::join_all(staggered).await, [302; 6]);
    }
    assert_eq!(setting.token_calls(), 12);
}
