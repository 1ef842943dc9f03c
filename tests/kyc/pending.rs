//! Providers that have not decided yet: asked again, or telling by themselves.

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use futures_util::future::join_all;
use kycd::domain::clock::{Clock as _, SystemClock};
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::provider::{Document, Endpoint, Mode, Reply, Return};
use crate::setting::{PATIENCE, PAUSE, Setting};

const SECRET: &str = "a secret of thirty-two bytes !!!";

fn says(status: &str) -> Mode {
    Mode::Says(Document::Claims, "status", json!(status))
}

/// A customer whose provider will not decide at once, with its browser and page.
async fn opened(engine: Engine) -> (Setting, Browser, String) {
    let setting = Setting::with(
        engine,
        json!({
            "pending": { "claim": "status", "equals": "pending", "interval": "1h" },
            "success": { "claim": "status", "equals": "success" },
            "webhook_secret": SECRET,
        }),
    )
    .await;
    setting.now_misbehaves([says("pending")]);
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    (setting, browser, page)
}

async fn come_back_undecided(setting: &Setting, browser: &Browser, page: &str) -> Return {
    let returned = setting.log_in(browser, page).await;
    let end = browser.come_back(&returned).await;
    assert_eq!(end.status, 202, "{}", end.body);
    assert!(end.body.contains("Example eID has received"), "{}", end.body);
    returned
}

/// A customer whose provider has not decided yet, and the browser that came back.
async fn undecided(engine: Engine) -> (Setting, Browser, String, Return) {
    let (setting, browser, page) = opened(engine).await;
    let returned = come_back_undecided(&setting, &browser, &page).await;
    (setting, browser, page, returned)
}

/// Processes about which the provider is asked again in an hour.
const PUT_OFF: &str = "processes WHERE (deadline - created_at) / 1000000 BETWEEN 3600 AND 3800";

/// Waits until the customer has a status; the server looks every few seconds whom to ask.
async fn until(setting: &Setting, status: &str) {
    let waiting = async {
        while setting.status("sep6-high").await != status {
            tokio::time::sleep(PAUSE).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "never {status}");
}

#[rstest]
#[tokio::test]
async fn a_customer_waits_while_the_provider_has_not_decided(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, page, returned) = undecided(engine).await;
    assert_eq!(setting.status("sep6-high").await, "PROCESSING");
    assert_eq!(browser.come_back(&returned).await.status, 202, "a reload says the same");
    assert_eq!(setting.token_calls(), 1);
    let shown = browser.get(&page).await;
    assert_eq!(shown.action(), None, "there is nothing to start: {}", shown.body);
    assert_eq!(setting.count("processes WHERE state = 'pending'").await, 1);
    assert_eq!(setting.count(PUT_OFF).await, 1);
}

#[rstest]
#[tokio::test]
async fn whoever_wants_to_start_again_meanwhile_is_told_that_it_is_undecided(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, page) = opened(engine).await;
    let old_tab = browser.get(&page).await;
    let ticket = browser.post_json(&old_tab.action().expect("a form")).await.json();
    come_back_undecided(&setting, &browser, &page).await;

    for stays in [browser.press(&old_tab).await, browser.get(ticket["redirect_url"].as_str().unwrap()).await] {
        assert_eq!(stays.status, 202, "{}", stays.body);
        assert!(stays.body.contains("Example eID has received"), "{}", stays.body);
    }
    assert_eq!(browser.post_json(&old_tab.action().expect("a form")).await.status, 409);
    assert_eq!(setting.count("processes WHERE state = 'pending'").await, 1);
}

#[rstest]
#[tokio::test]
async fn operators_learn_that_the_provider_is_undecided(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, ..) = undecided(engine).await;
    let id = setting.get_customer("sep6-high").await["id"].as_str().expect("an id").to_owned();

    let dossier = setting.as_operator("GET", &format!("/customers/{id}"), "").await.json();

    let waiting = &dossier["types"]["sep6-high"];
    assert_eq!((&waiting["status"], &waiting["needs_proof"]), (&json!("PROCESSING"), &json!(false)));
    assert!(waiting["pending_until"].is_string(), "{waiting}");
    assert!(dossier["types"]["sep6"]["pending_until"].is_null(), "{dossier}");
}

#[rstest]
#[tokio::test]
async fn what_the_provider_will_not_tell_is_asked_for_meanwhile(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let change = |_: &str, config: &mut Value| {
        config["customer_types"]["sep6-high"]["fields"] = json!(["first_name", "last_name", "tax_id"]);
        let eid = config["providers"]["eid"].as_object_mut().unwrap();
        eid.insert("pending".to_owned(), json!({ "claim": "status", "equals": "pending" }));
        eid.insert("success".to_owned(), json!({ "claim": "status", "equals": "success" }));
    };
    let setting = Setting::changed(engine, change).await;
    setting.now_misbehaves([says("pending")]);
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let returned = setting.log_in(&browser, &page).await;
    assert_eq!(browser.come_back(&returned).await.status, 202);

    let asked = setting.get_customer("sep6-high").await;
    assert_eq!(asked["status"], "NEEDS_INFO");
    assert_eq!(asked["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["photo_id_front", "tax_id"]);
    let shown = browser.get(&page).await;
    assert!(shown.body.contains("Tax") && !shown.body.contains("Example eID</button>"), "{}", shown.body);

    setting.put_customer(json!({ "tax_id": "12-345" })).await;
    assert_eq!(setting.status("sep6-high").await, "PROCESSING");
    setting.now_misbehaves([says("success")]);
    setting.change("UPDATE processes SET deadline = 1").await;
    until(&setting, "ACCEPTED").await;
}

#[rstest]
#[case::yes("success", "ACCEPTED", "verified")]
#[case::no("error", "NEEDS_INFO", "refused")]
#[tokio::test]
async fn the_provider_is_asked_again_until_it_has_decided(
    #[case] said: &str,
    #[case] status: &str,
    #[case] state: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, _, returned) = undecided(engine).await;
    setting.change("UPDATE processes SET deadline = 1").await;
    setting.eid.until_received("/userinfo", 2).await;
    // What came of it is written later than the provider was asked.
    setting.until_some(PUT_OFF).await;
    assert_eq!(setting.status("sep6-high").await, "PROCESSING", "still undecided");

    setting.now_misbehaves([says(said)]);
    setting.change("UPDATE processes SET deadline = 1").await;
    until(&setting, status).await;
    assert_eq!(setting.count(&format!("processes WHERE state = '{state}'")).await, 1);
    let end = browser.come_back(&returned).await;
    assert_eq!(end.status, if status == "ACCEPTED" { 302 } else { 403 });
    assert_eq!(setting.token_calls(), 1);
}

#[rstest]
#[tokio::test]
async fn a_busy_provider_is_asked_when_it_says(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, ..) = undecided(engine).await;
    setting.now_misbehaves([Mode::Answers(Endpoint::Userinfo, Reply::Later(503, "7200"))]);
    setting.change("UPDATE processes SET deadline = 1").await;
    setting.eid.until_received("/userinfo", 2).await;
    setting.until_some("processes WHERE (deadline - created_at) / 1000000 BETWEEN 7200 AND 7400").await;
    assert_eq!(setting.status("sep6-high").await, "PROCESSING");
}

/// A message of the provider's.
struct Message {
    id: &'static str,
    /// As what it was signed.
    signed_id: &'static str,
    age: i64,
    secret: &'static str,
    body: String,
}

impl Message {
    fn new(id: &'static str, body: &Value) -> Self {
        Self { id, signed_id: id, age: 0, secret: SECRET, body: body.to_string() }
    }

    async fn send(&self, browser: &Browser) -> Page {
        let time = (SystemClock.now().seconds() - self.age).to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let tag = hmac::sign(&key, format!("{}.{time}.{}", self.signed_id, self.body).as_bytes());
        let signature = format!("v1,AAAA v1,{}", BASE64.encode(tag.as_ref()));
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", self.id),
            ("webhook-timestamp", &time),
            ("webhook-signature", &signature),
        ];
        browser.send("POST", "/kyc-webhook/eid", &headers, &self.body).await
    }
}

fn says_of_user_1(status: &str) -> Value {
    let mut claims = crate::provider::claims();
    claims["status"] = status.into();
    claims
}

fn decided() -> Value {
    says_of_user_1("success")
}

#[rstest]
#[tokio::test]
async fn a_provider_can_tell_by_itself_and_is_heard_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, browser, page, returned) = undecided(engine).await;
    let second = setting.second_server().await;
    let message = Message::new("msg-1", &decided());
    assert_eq!(message.send(&browser).await.json(), json!({}));
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    assert_eq!(browser.come_back(&returned).await.header("location"), page);

    // Whoever sends it again, wherever, changes nothing any more.
    setting.change("UPDATE processes SET state = 'pending', expires_at = 4000000000000000").await;
    for server in [setting.public(), &second.public] {
        assert_eq!(message.send(&Browser::new(server)).await.status, 200);
    }
    assert_eq!(setting.count("processes WHERE state = 'pending'").await, 1);
    assert_eq!(setting.count("webhook_messages").await, 1);
}

#[rstest]
#[tokio::test]
async fn a_provider_that_tells_that_it_is_undecided_is_asked_as_before(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, ..) = undecided(engine).await;
    assert_eq!(Message::new("msg-1", &says_of_user_1("pending")).send(&browser).await.status, 200);

    assert_eq!(setting.count(PUT_OFF).await, 1);
}

/// ADM-08.
#[rstest]
#[case::the_yes_first(&["success", "pending"], &[200, 200], "ACCEPTED")]
#[case::the_yes_last(&["pending", "success"], &[200, 200], "ACCEPTED")]
#[case::a_no_after_the_yes(&["success", "error"], &[200, 404], "ACCEPTED")]
#[case::the_no_first(&["error", "pending", "success"], &[200, 200, 404], "NEEDS_INFO")]
#[tokio::test]
async fn messages_out_of_order_undo_no_decision(
    #[case] said: &[&str],
    #[case] statuses: &[u16],
    #[case] ends: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, _, returned) = undecided(engine).await;
    for (turn, (said, status)) in said.iter().zip(statuses).enumerate() {
        let id = ["msg-1", "msg-2", "msg-3"][turn];
        assert_eq!(Message::new(id, &says_of_user_1(said)).send(&browser).await.status, *status, "{said}");
    }
    assert_eq!(setting.status("sep6-high").await, ends);
    assert_eq!(browser.come_back(&returned).await.status, if ends == "ACCEPTED" { 302 } else { 403 });
}

/// ADM-08: the question is older than the message, though its answer comes later.
#[rstest]
#[tokio::test]
async fn an_answer_that_is_older_than_a_message_undoes_no_decision(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, _, returned) = undecided(engine).await;
    setting.now_misbehaves([says("pending"), Mode::Says(Document::Claims, "sub", json!("user-2"))]);
    let bank = setting.bank_page().await;
    let theirs = setting.log_in(&browser, &bank).await;
    assert_eq!(browser.come_back(&theirs).await.status, 202);
    let (allow, allowed) = watch::channel(false);
    setting.now_misbehaves([says("pending"), Mode::Answers(Endpoint::Userinfo, Reply::When(allowed))]);

    setting.change("UPDATE processes SET deadline = 1 WHERE type <> ''").await;
    setting.eid.until_received("/userinfo", 3).await;
    assert_eq!(Message::new("msg-1", &decided()).send(&browser).await.status, 200);
    // Whoever is asked about next is asked about after that.
    setting.change("UPDATE processes SET deadline = 1 WHERE type = ''").await;
    allow.send_replace(true);
    setting.eid.until_received("/userinfo", 4).await;

    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    assert_eq!(browser.come_back(&returned).await.status, 302);
}

#[rstest]
#[case::the_same_message(&["msg-1"; 6], &[200])]
// Whichever comes after the first tells nothing that anybody waits for.
#[case::several_of_one_decision(&["msg-1", "msg-2", "msg-3", "msg-4"], &[200, 404])]
#[tokio::test]
async fn messages_that_come_to_two_servers_at_once_count_once(
    #[case] ids: &[&'static str],
    #[case] statuses: &[u16],
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, page, returned) = undecided(engine).await;
    let second = setting.second_server().await;
    let servers = [Browser::new(setting.public()), Browser::new(&second.public)];
    let version = "SELECT CAST(document_version AS TEXT) FROM payment_targets";
    let before = setting.texts(version).await;

    let messages: Vec<_> = ids.iter().map(|id| Message::new(id, &decided())).collect();
    let sent = messages.iter().zip(servers.iter().cycle()).map(|(message, server)| message.send(server));
    let answers = join_all(sent).await;

    assert!(answers.iter().all(|answer| statuses.contains(&answer.status)), "{answers:?}");
    assert!(answers.iter().any(|answer| answer.status == 200), "{answers:?}");
    let written = |texts: &[String]| texts[0].parse::<i64>().unwrap();
    assert_eq!(written(&setting.texts(version).await), written(&before) + 1, "one decision");
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
    assert_eq!(browser.come_back(&returned).await.header("location"), page);
}

#[rstest]
#[tokio::test]
async fn a_row_that_cannot_be_opened_keeps_nobody_waiting(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, browser, ..) = undecided(engine).await;
    let bank = setting.bank_page().await;
    let returned = setting.log_in(&browser, &bank).await;
    assert_eq!(browser.come_back(&returned).await.status, 202);
    setting
        .change(
            "UPDATE processes SET kept = payload FROM (SELECT document AS payload FROM payment_targets \
        LIMIT 1) AS other WHERE type <> ''",
        )
        .await;

    setting.now_misbehaves([says("success")]);
    setting.change("UPDATE processes SET deadline = CASE WHEN type = '' THEN 2 ELSE 1 END").await;

    setting.until_some("processes WHERE state = 'verified'").await;
}

#[rstest]
#[case::another_secret(|message: &mut Message| message.secret = "another secret of some length !!", 403)]
#[case::six_minutes_old(|message: &mut Message| message.age = 360, 403)]
#[case::six_minutes_ahead(|message: &mut Message| message.age = -360, 403)]
#[case::again_by_another_name(|message: &mut Message| message.id = "msg-2", 403)]
#[case::without_an_id(|message: &mut Message| message.id = "", 403)]
#[case::no_json(|message: &mut Message| message.body = "cat".to_owned(), 400)]
#[case::nobodys(|message: &mut Message| message.body = json!({ "status": "success" }).to_string(), 400)]
#[case::of_somebody_else(|message: &mut Message| message.body = message.body.replace("user-1", "user-2"), 404)]
#[tokio::test]
async fn a_message_that_is_not_good_changes_nothing(
    #[case] spoil: fn(&mut Message),
    #[case] status: u16,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, browser, ..) = undecided(engine).await;
    let mut message = Message::new("msg-1", &decided());
    spoil(&mut message);
    assert_eq!(message.send(&browser).await.status, status);
    assert_eq!(setting.status("sep6-high").await, "PROCESSING");
    assert_eq!(setting.count("webhook_messages").await, 0, "it may come again, as it should be");
    assert_eq!(Message::new("msg-1", &decided()).send(&browser).await.status, 200);
    assert_eq!(setting.status("sep6-high").await, "ACCEPTED");
}

#[rstest]
#[tokio::test]
async fn nobody_hears_of_providers_that_send_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let message = Message::new("msg-1", &decided());
    assert_eq!(message.send(&setting.browser()).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn nobody_waits_beyond_the_deadline(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, browser, _, returned) = undecided(engine).await;
    setting.change("UPDATE processes SET expires_at = 1").await;
    assert_eq!(browser.come_back(&returned).await.status, 404);
    assert_eq!(Message::new("msg-1", &decided()).send(&browser).await.status, 404);
}
