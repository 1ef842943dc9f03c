//! The forms of the customer's page: what is wrong stands beside it and nothing changes, what is right is taken as a PUT
//! takes it, nothing that is stored is shown, and nobody posts them but the page (WEB-02, WEB-03).

use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::database::Engine;
use crate::mailbox::Mailbox;
use crate::samples;
use crate::setting::Setting;

/// A server with a type of paper and one of codes, and where the codes arrive.
async fn start(engine: Engine) -> (Setting, Mailbox) {
    let mailbox = Mailbox::start();
    let email = json!({
        "kind": "smtp", "host": "127.0.0.1", "port": mailbox.port, "tls": "none", "from": "kyc@anchor.example.com",
    });
    let types = json!({
        "paper": {
            "fields": ["first_name", "birth_date", "id_type", "address", "photo_id_front"],
            "optional_fields": ["mobile_number", "photo_id_back"],
        },
        "coded": { "fields": ["first_name", "email_address"], "verify": ["email_address"] },
    });
    let sections = json!({ "customer_types": types, "verification": { "email": email } });
    (Setting::with_sections(engine, |_| json!({}), sections).await, mailbox)
}

/// Posts something from the page as it is shown.
async fn give(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> Page {
    browser.post(page, &with_token(&browser.get(page).await, fields)).await
}

async fn upload(browser: &Browser, page: &str, files: &[(&str, &[u8])]) -> Page {
    browser.post_files(page, &with_token(&browser.get(page).await, &[]), files).await
}

fn with_token(page: &Page, fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    let token = page.hidden_fields().remove("form_token").expect("a form");
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    fields.chain([("form_token".to_owned(), token)]).collect()
}

const PNG: &[u8] = include_bytes!("../browser/photo.png");

const GOOD: [(&str, &str); 4] =
    [("first_name", "Ada"), ("birth_date", "1985-12-10"), ("id_type", "passport"), ("address", "St James's\r\nLondon")];

/// The part of a page around an input.
#[track_caller]
fn around<'p>(page: &'p Page, name: &str) -> &'p str {
    let at = page.body.find(&format!(" name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {}", page.body));
    let start = page.body[..at].rfind("<div class=\"field").expect("it stands in a field");
    page.body[start..].split("</div>").next().expect("split gives a first part")
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_stands_beside_it_and_nothing_changes(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("paper").await;
    let typed = [
        ("first_name", "  "),
        ("birth_date", "1985-13-10"),
        ("id_type", "library_card"),
        ("address", "St James's"),
        ("mobile_number", ""),
    ];

    let refused = give(&setting.browser(), &page, &typed).await;

    assert_eq!(refused.status, 400);
    for (name, error, value) in [
        ("first_name", "Please fill this in.", ""),
        ("birth_date", "Must be a date like 1976-07-04.", "1985-13-10"),
        ("id_type", "Must be one of: passport, drivers_license", ""),
    ] {
        let field = around(&refused, name);
        assert!(field.contains(&format!("<p class=\"error\" id=\"{name}-error\">{error}")), "{field}");
        assert!(field.contains("aria-invalid=\"true\""), "{field}");
        assert!(field.split("aria-describedby=\"").nth(1).unwrap().contains(&format!("{name}-error\"")), "{field}");
        assert!(value.is_empty() || field.contains(&format!("value=\"{value}\"")), "{field}");
        assert!(refused.body.contains(&format!("<a href=\"#{name}\">")), "the list leads to {name}");
    }
    let kept = around(&refused, "address");
    assert!(kept.contains(">St James&#x27;s</textarea>") && !kept.contains("error"), "{kept}");
    assert!(!refused.body.contains("mobile_number-error"), "it may be left out");
    let customer = setting.get_customer("paper").await;
    assert!(customer["id"].is_null() && customer["provided_fields"].is_null(), "{customer}");
}

#[rstest]
#[tokio::test]
async fn what_is_right_is_taken_and_never_shown_again(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("paper").await;
    let browser = setting.browser();

    let taken = give(&browser, &page, &GOOD).await;
    assert_eq!((taken.status, taken.header("location")), (303, &*format!("{page}&note=saved")), "{}", taken.body);
    let shown = browser.get(taken.header("location")).await;
    assert!(shown.body.contains("Thank you, that has arrived."), "{}", shown.body);
    // A choice is among those that any page may show.
    let words = shown.words();
    for (_, value) in GOOD.into_iter().filter(|(name, _)| *name != "id_type") {
        assert!(!words.contains(value.split('\'').next().unwrap()), "{value}: {words}");
    }
    assert!(shown.body.contains("Already there") && shown.body.contains("Given name"), "{}", shown.body);
    assert!(!shown.body.contains("name=\"first_name\""), "it is not asked again");
    let customer = setting.get_customer("paper").await;
    assert_eq!(customer["status"], "NEEDS_INFO");
    assert_eq!(
        customer["fields"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["mobile_number", "photo_id_back", "photo_id_front"]
    );

    assert_eq!(upload(&browser, &page, &[("photo_id_front", &samples::jpeg(2000))]).await.status, 303);
    assert_eq!(setting.status("paper").await, "ACCEPTED");
    let verified = browser.get(&page).await;
    assert!(verified.body.contains("You are verified") && !verified.body.contains("<form"), "{}", verified.body);
}

#[rstest]
#[case::nothing(&[("photo_id_front", &[][..]), ("photo_id_front:camera", &[])], "Please choose a file or take a photo")]
#[case::no_picture(&[("photo_id_front", b"GIF89a and more of it".as_slice())], "Must be jpg, png or pdf.")]
#[case::broken(&[("photo_id_front", b"%PDF-1.7 and no more".as_slice())], "Cannot be decoded")]
#[case::two(&[("photo_id_front", PNG), ("photo_id_front:camera", PNG)], "Please give one file")]
#[tokio::test]
async fn a_file_that_is_none_is_refused_beside_its_input(
    #[case] files: &[(&str, &[u8])],
    #[case] error: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("paper").await;

    let refused = upload(&setting.browser(), &page, files).await;

    assert_eq!(refused.status, 400);
    let said = refused.body.split("id=\"photo_id_front-error\">").nth(1).expect("an error").split('<').next().unwrap();
    assert!(said.to_lowercase().contains(&error.to_lowercase()), "{said}");
    assert_eq!(setting.count("files").await, 0);
}

/// A slip is no forgery: the page comes back, and says that nothing was taken.
#[rstest]
#[case::a_text_beyond_all_measure(format!("first_name={}", "a".repeat((64 << 10) + 1)))]
#[case::a_nul("first_name=A%00da".to_owned())]
#[case::a_name_twice("first_name=Ada&first_name=Eve".to_owned())]
#[case::more_names_than_any_page_has((0..129).map(|number| format!("stray{number}=")).collect::<Vec<_>>().join("&"))]
#[tokio::test]
async fn a_form_that_cannot_be_read_is_shown_again(
    #[case] body: String,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("paper").await;
    let browser = setting.browser();
    browser.get(&page).await;

    let refused = browser.send("POST", &page, &[("content-type", "application/x-www-form-urlencoded")], body).await;

    says_that_nothing_was_taken(&refused);
    assert!(setting.get_customer("paper").await["id"].is_null());
}

#[track_caller]
fn says_that_nothing_was_taken(page: &Page) {
    assert_eq!(page.status, 400, "{}", page.body);
    assert!(page.body.contains("Nothing was taken, because it cannot be read"), "{}", page.body);
    around(page, "first_name");
}

#[rstest]
#[tokio::test]
async fn a_file_in_the_place_of_something_else_is_not_taken(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("paper").await;
    let browser = setting.browser();

    says_that_nothing_was_taken(&upload(&browser, &page, &[("first_name", PNG)]).await);
    for name in ["photo_id_front:again", "photo_id_front_verification"] {
        let ignored = upload(&browser, &page, &[(name, PNG)]).await;
        assert_eq!((ignored.status, ignored.header("location")), (303, &*page), "{}", ignored.body);
    }
    assert_eq!(setting.count("files").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_file_that_is_too_large_is_said_beside_its_input(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("paper").await;
    let browser = setting.browser();

    let large = samples::jpeg((10 << 20) + 5000);
    let refused = upload(&browser, &page, &[("photo_id_front", &large)]).await;

    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("id=\"photo_id_front-error\">This file is too large"), "{}", refused.body);
    assert_eq!(setting.count("files").await, 0);
    // Another one at once, by camera, beside an input that was left alone.
    let files = [("photo_id_front", &[][..]), ("photo_id_front:camera", &samples::jpeg(2000))];
    assert_eq!(upload(&browser, &page, &files).await.status, 303);
    assert_eq!(setting.count("files").await, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_entered_asked_for_again_and_its_address_corrected(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, mailbox) = start(engine).await;
    let page = setting.target_page("coded").await;
    let browser = setting.browser();
    give(&browser, &page, &[("first_name", "Ada"), ("email_address", " adda@example.com ")]).await;
    let first = next(&mailbox);
    assert_eq!(first.0, "adda@example.com");
    let waiting = browser.get(&page).await;
    assert!(
        waiting.body.contains("Confirm your e-mail address") && !waiting.words().contains("adda"),
        "{}",
        waiting.body
    );

    setting.change("UPDATE code_budgets SET since = 0").await;
    let again = give(&browser, &page, &[("email_address:again", "1")]).await;
    assert_eq!((again.status, again.header("location")), (303, &*format!("{page}&note=sent")));
    assert_eq!(next(&mailbox), first, "the same code while it is good");

    let corrected = give(&browser, &page, &[("email_address", "not an address")]).await;
    assert_eq!(corrected.status, 400);
    assert!(around(&corrected, "email_address").contains("Must be an e-mail address"), "{}", corrected.body);
    assert_eq!(give(&browser, &page, &[("email_address", "ada@example.com")]).await.status, 303);
    let (address, code) = next(&mailbox);
    assert_eq!(address, "ada@example.com");

    let other = if code == "123456" { "654321" } else { "123456" };
    for (wrong, error) in
        [(other, "This code is wrong or too old"), ("12", "Must be the six digits"), (" ", "Please fill")]
    {
        let refused = give(&browser, &page, &[("email_address_verification", wrong)]).await;
        assert_eq!(refused.status, 400);
        let field = around(&refused, "email_address_verification");
        assert!(field.contains(error) && !field.contains("value="), "{field}");
    }
    assert_eq!(setting.status("coded").await, "NEEDS_INFO");
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(give(&browser, &page, &[("email_address_verification", &spaced)]).await.status, 303);
    assert_eq!(setting.status("coded").await, "ACCEPTED");
}

/// Waits for a mail; gives its address and code.
fn next(mailbox: &Mailbox) -> (String, String) {
    tokio::task::block_in_place(|| {
        let mail = mailbox.next();
        (mail.to.clone(), mail.code())
    })
}

#[rstest]
#[tokio::test]
async fn only_what_the_page_asks_for_can_be_given(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, _mailbox) = start(engine).await;
    setting.put_customer(json!({ "type": "paper", "first_name": "Ada" })).await;
    let page = setting.target_page("paper").await;
    let version = "payment_targets WHERE document_version = 1";
    assert_eq!(setting.count(version).await, 1);

    let stray = [
        ("first_name", "Eve"),
        ("last_name", "Eve"),
        ("account", "G"),
        ("id", "x"),
        ("photo_id_front_file_id", "file_x"),
    ];
    let ignored = give(&setting.browser(), &page, &stray).await;

    assert_eq!((ignored.status, ignored.header("location")), (303, &*page));
    assert_eq!(setting.count(version).await, 1, "nothing was written");
}

#[rstest]
#[case::without_a_token(Some("same-origin"), "application/x-www-form-urlencoded", "first_name=Eve")]
#[case::with_another_token(Some("same-origin"), "application/x-www-form-urlencoded", "first_name=Eve&form_token=AAAA")]
#[case::from_another_site(Some("cross-site"), "application/x-www-form-urlencoded", "first_name=Eve&form_token={token}")]
#[case::from_a_neighbour(Some("same-site"), "application/x-www-form-urlencoded", "first_name=Eve&form_token={token}")]
#[case::as_text(None, "text/plain", "first_name=Eve&form_token={token}")]
#[case::as_json_without_token(None, "application/json", r#"{"first_name":"Eve"}"#)]
#[tokio::test]
async fn nobody_posts_a_form_but_the_page(
    #[case] from: Option<&str>,
    #[case] content_type: &str,
    #[case] body: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("coded").await;
    let browser = setting.browser();
    let token = browser.get(&page).await.hidden_fields().remove("form_token").unwrap();
    let headers: Vec<_> =
        [("content-type", content_type)].into_iter().chain(from.map(|from| ("sec-fetch-site", from))).collect();
    let body = body.replace("{token}", &token);

    assert_eq!(browser.send("POST", &page, &headers, &body).await.status, 403);

    // Neither does another browser, which has the token and not the cookie.
    let good = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("first_name=Eve&form_token={token}");
    assert_eq!(setting.browser().send("POST", &page, &good, &body).await.status, 403);
    assert!(setting.get_customer("coded").await["id"].is_null());
    let nowhere = format!("/kyc-spa/{}", "0".repeat(52));
    assert_eq!(browser.send("POST", &nowhere, &good, &body).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn the_cookie_of_the_forms_is_of_this_host_alone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, _mailbox) = start(engine).await;
    let shown = setting.browser().get(&setting.target_page("coded").await).await;
    let cookies = shown.set_cookies();
    let [cookie] = &cookies[..] else { panic!("{cookies:?}") };
    assert!(cookie.starts_with("__Host-kycd-form=") && cookie.len() < 4096, "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/"), "{cookie}");
}

#[rstest]
#[tokio::test]
async fn whoever_watches_hears_of_a_form(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (setting, _mailbox) = start(engine).await;
    let page = setting.target_page("coded").await;
    let browser = setting.browser();
    let shown = browser.get(&page).await;
    let data = |name: &str| {
        let value = shown.body.split(&format!("data-{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        value.replace("&quot;", "\"").replace("&amp;", "&").replace("&#x2f;", "/")
    };
    let (place, etag) = (data("watch"), data("etag"));
    assert_eq!(watch(&browser, &place, &etag).await.0, 304, "what is shown is what is");

    give(&browser, &page, &[("first_name", "Ada"), ("email_address", "ada@example.com")]).await;

    let (status, requirements) = watch(&browser, &place, &etag).await;
    assert_eq!((status, requirements["requirements"].as_array().unwrap().len()), (200, 0));
}

async fn watch(browser: &Browser, place: &str, etag: &str) -> (u16, Value) {
    let answer = browser.send("GET", place, &[("if-none-match", etag)], "").await;
    let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    (answer.status, body)
}
