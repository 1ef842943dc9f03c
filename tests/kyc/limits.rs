//! How often verifications are started, for one target and by one address, and how many forms of one target are taken
//! at a time.

use std::net::SocketAddr;
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::browser::{Browser, MULTIPART, Page, multipart};
use crate::database::Engine;
use crate::provider::{Endpoint, Mode, Reply};
use crate::samples;
use crate::setting::Setting;

/// How a form without files is posted.
const FORM: &str = "application/x-www-form-urlencoded";
/// A cookie to which no form is bound.
const COOKIE: &str = "__Host-kycd-form=AAAAAAAAAAAAAAAAAAAAAA";

async fn limited(engine: Engine, for_a_target: u32, for_an_address: u32) -> Setting {
    let limits = |config: &mut Value| {
        config["payment_targets"]["starts_per_minute"] = json!(for_a_target);
        config["payment_targets"]["starts_per_minute_by_address"] = json!(for_an_address);
    };
    Setting::changed(engine, |_, config| limits(config)).await
}

#[track_caller]
fn is_told_to_wait(page: &Page) {
    assert_eq!(page.status, 429, "{}", page.body);
    let wait: u64 = page.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
}

#[rstest]
#[tokio::test]
async fn one_target_is_not_started_too_often(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = limited(engine, 1, 1000).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;

    let first = browser.press(&shown).await;
    let refused = browser.press(&shown).await;

    assert_eq!(first.status, 303);
    is_told_to_wait(&refused);
    assert!(refused.body.contains("Too many attempts"), "{}", refused.body);
    let scripted = browser.post_json(&shown.action().unwrap()).await;
    is_told_to_wait(&scripted);
    assert_eq!(setting.count("processes WHERE ticket_tag IS NOT NULL").await, 0);
    assert_eq!(browser.come_back(&setting.eid.authorize(&first.destination())).await.status, 302, "nothing is lost");
    let bank = setting.bank_page().await;
    let other = browser.get(&bank).await;
    assert_eq!(browser.press(&other).await.status, 303, "another target has its own count");
}

/// A ticket that a failing provider leaves unused does not get round the limit.
#[rstest]
#[tokio::test]
async fn one_ticket_is_not_tried_too_often(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let limit = json!({ "payment_targets": { "starts_per_minute": 2 } });
    let pushing = |origin: &str| json!({ "par_url": format!("{origin}/par") });
    let setting = Setting::with_sections(engine, pushing, limit).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let ticket = browser.post_json(&shown.action().unwrap()).await.json();
    let asking = browser.get(ticket["redirect_url"].as_str().unwrap()).await;
    setting.now_misbehaves([Mode::Answers(Endpoint::Pushed, Reply::Json(500, json!({})))]);

    for _ in 0..2 {
        assert_eq!(browser.press(&asking).await.status, 502);
    }

    is_told_to_wait(&browser.press(&asking).await);
    assert_eq!(setting.eid.received("/par").len(), 2);
    assert_eq!(browser.get(&asking.action().unwrap()).await.status, 200, "it is still there");
}

/// Neither made-up links nor forms of other sites use up what a target has.
#[rstest]
#[tokio::test]
async fn nobody_uses_up_the_starts_of_somebody_else(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = limited(engine, 1, 1000).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let mut forged = shown.action().unwrap();
    let first = "/kyc-start/".len();
    let other = if &forged[first..=first] == "A" { "B" } else { "A" };
    forged.replace_range(first..=first, other);
    for _ in 0..3 {
        assert_eq!(setting.browser().press(&shown).await.status, 403);
        assert_eq!(browser.post_json(&forged).await.status, 404);
    }
    assert_eq!(browser.press(&shown).await.status, 303);
}

#[rstest]
#[tokio::test]
async fn one_address_does_not_start_too_often(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = limited(engine, 1000, 2).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let ticket = browser.post_json(&shown.action().unwrap()).await.json();
    let asking = browser.get(ticket["redirect_url"].as_str().unwrap()).await;

    assert_eq!(browser.press(&asking).await.status, 303);

    is_told_to_wait(&browser.press(&shown).await);
    is_told_to_wait(&browser.press(&asking).await);
    is_told_to_wait(&browser.post_json(&shown.action().unwrap()).await);
    assert_eq!(browser.get(&page).await.status, 200, "looking is free");
    // Another address is told what is wrong with its form, and not to wait.
    assert!(post_from("127.0.0.2", &setting, &shown).await.starts_with("HTTP/1.1 403"));
    assert!(post_from("127.0.0.1", &setting, &shown).await.starts_with("HTTP/1.1 429"));
}

/// Pages of others, which make their visitors' browsers post, use nothing up.
#[rstest]
#[tokio::test]
async fn other_sites_use_up_nothing_of_an_address(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = limited(engine, 1000, 1).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    for place in [shown.action().unwrap(), "/kyc-go/x".to_owned()] {
        assert_eq!(browser.post_from_elsewhere(&place, &[]).await.status, 403);
    }
    assert_eq!(browser.press(&shown).await.status, 303);
}

/// Posts a page's form without its token from an address of this machine; gives the answer.
async fn post_from(address: &str, setting: &Setting, page: &Page) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
    let server = setting.public().trim_start_matches("http://").parse().unwrap();
    let mut connection = socket.connect(server).await.unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncookie: {COOKIE}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        page.action().unwrap()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

#[rstest]
#[tokio::test]
async fn one_target_has_two_forms_at_a_time(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let setting = Setting::start(engine).await;
    let page = setting.customer_page("sep6-high", json!({})).await;
    let browser = setting.browser();
    let mut form = browser.get(&page).await.hidden_fields();
    form.retain(|name, _| name == "form_token");
    let body = format!("form_token={}", form["form_token"]);
    let mut one = begin_to_post(&browser, &page, FORM, body.len()).await;
    let _two = begin_to_post(&browser, &page, FORM, body.len()).await;

    is_told_to_wait(&browser.post(&page, &form).await);

    let bank = setting.bank_page().await;
    assert_eq!(browser.post(&bank, &form).await.status, 303, "another target has its own");
    one.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    one.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(browser.post(&page, &form).await.status, 303, "one has ended");
}

/// However much of it is there: nothing of it is kept, and the turn is another's.
#[rstest]
#[case::of_text(FORM, "first_name=Ada")]
#[case::with_a_file(
    MULTIPART,
    "--edge\r\ncontent-disposition: form-data; name=\"photo_id_front\"; filename=\"photo\"\r\n\r\n%PDF-1.7"
)]
#[tokio::test]
async fn a_form_that_never_ends_is_cut_off(
    #[case] content_type: &str,
    #[case] beginning: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let sections = json!({ "customer_types": { "paper": { "fields": ["first_name", "photo_id_front"] } } });
    let setting = Setting::with_sections(engine, |_| json!({}), sections).await;
    let page = setting.target_page("paper").await;
    let hasty = setting.hasty_server(Duration::from_millis(1)).await;
    let browser = setting.browser().at(&hasty.public);
    browser.get(&page).await;

    for _ in 0..3 {
        let mut connection = begin_to_post(&browser, &page, content_type, beginning.len() + 1).await;
        connection.write_all(beginning.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();

        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("The connection was too slow"), "{answer}");
    }

    assert_eq!(setting.count("files").await, 0);
    assert!(setting.get_customer("paper").await["id"].is_null());
}

/// Two devices send a photo; the slower one would replace what was taken meanwhile, and is not asked for any more.
#[rstest]
#[tokio::test]
async fn a_file_that_is_no_longer_asked_for_replaces_none(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let sections = json!({ "customer_types": { "paper": { "fields": ["first_name", "photo_id_front"] } } });
    let setting = Setting::with_sections(engine, |_| json!({}), sections).await;
    let page = setting.target_page("paper").await;
    let (slow, fast) = (setting.browser(), setting.browser());
    let mut form = slow.get(&page).await.hidden_fields();
    form.insert("first_name".to_owned(), "Ada".to_owned());
    let body = multipart(&form, &[("photo_id_front", &samples::jpeg(2_000))]);
    let mut connection = begin_to_post(&slow, &page, MULTIPART, body.len()).await;

    let form = fast.get(&page).await.hidden_fields();
    let taken = samples::png();
    assert_eq!(fast.post_files(&page, &form, &[("photo_id_front", &taken)]).await.status, 303);
    connection.write_all(&body).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(setting.texts("SELECT CAST(size AS TEXT) FROM files").await, [taken.len().to_string()]);
    assert_eq!(setting.status("paper").await, "ACCEPTED", "the name is asked for as before");
}

/// Posts a form whose body is still to come, and comes back when the server asks for it.
async fn begin_to_post(browser: &Browser, page: &str, content_type: &str, length: usize) -> TcpStream {
    let mut connection = TcpStream::connect(browser.origin.trim_start_matches("http://")).await.unwrap();
    let cookies: Vec<_> =
        browser.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let head = format!(
        "POST {page} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\ncontent-type: {content_type}\r\n\
         content-length: {length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        cookies.join("; ")
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = *b"HTTP/1.1 100 Continue\r\n\r\n";
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n", "{}", String::from_utf8_lossy(&answer));
    connection
}
