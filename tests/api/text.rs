//! Text of every kind (TXT).

use rstest::rstest;
use serde_json::json;

use crate::client::Part;
use crate::database::Engine;
use crate::server::{Server, account, token};

/// TXT-01.
#[rstest]
#[case::json("json")]
#[case::json_name("json name")]
#[case::json_that_nobody_asks_for("json unknown")]
#[case::json_nested("json nested")]
#[case::form("form")]
#[case::multipart("multipart")]
#[case::file_name("file name")]
#[case::part_name("part name")]
#[case::memo_in_json("memo")]
#[case::memo_in_query("memo in query")]
#[case::lang_in_query("lang in query")]
#[case::lang_in_json("lang")]
fn a_nul_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] place: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let (put, get) = (server.put(&token), server.get(&token));
    let photo = |name: &str, file_name: &str| {
        Part::with(
            &format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\""),
            b"\xff\xd8\xff\xe0 a photo",
        )
    };
    let call = match place {
        "json" => put.json(&json!({ "first_name": "A\0da" })),
        "json name" => put.json(&json!({ "first\0name": "Augusta" })),
        "json unknown" => put.json(&json!({ "colour": "re\0d" })),
        "json nested" => put.json(&json!({ "first_name": { "\0": "\0" } })),
        "form" => put.body("application/x-www-form-urlencoded", "first_name=A%00da"),
        "multipart" => put.multipart([Part::text("first_name", "A\0da")]),
        "file name" => put.multipart([photo("photo_id_front", "pho\0to.jpg")]),
        "part name" => put.multipart([photo("photo_id\0_front", "photo.jpg")]),
        "memo" => put.json(&json!({ "memo": "me\0mo", "memo_type": "text" })),
        "memo in query" => get.raw_query("memo=me%00mo&memo_type=text"),
        "lang in query" => get.raw_query("lang=e%00n"),
        _ => put.json(&json!({ "lang": "e\0n" })),
    };

    call.send().refusal(400);
}

/// TXT-02: 0xC3 begins a character that does not come.
#[rstest]
#[case::form("form")]
#[case::form_raw("raw form")]
#[case::form_name("form name")]
#[case::multipart("multipart")]
#[case::query("query")]
#[case::json("json")]
fn invalid_utf_8_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] place: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let (put, get) = (server.put(&token), server.get(&token));
    let call = match place {
        "form" => put.body("application/x-www-form-urlencoded", "first_name=A%C3"),
        "raw form" => put.body("application/x-www-form-urlencoded", b"first_name=A\xc3"),
        "form name" => put.body("application/x-www-form-urlencoded", "first%C3name=Ada"),
        "multipart" => put.multipart([Part::text("first_name", b"A\xc3")]),
        "query" => get.raw_query("memo=%C3&memo_type=text"),
        _ => put.body("application/json", b"{\"first_name\":\"A\xc3\"}"),
    };

    call.send().refusal(400);
}

/// TXT-03.
#[rstest]
#[case::high(r#"{"first_name":"A\ud800"}"#)]
#[case::low(r#"{"first_name":"\udc00a"}"#)]
#[case::twisted(r#"{"first_name":"\udc00\ud800"}"#)]
#[case::in_a_name(r#"{"first\ud800name":"Ada"}"#)]
#[case::nested(r#"{"colour":["\ud800"]}"#)]
fn half_a_character_in_json_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] body: &str) {
    Server::start(engine).put(&token(account(1))).body("application/json", body).send().refusal(400);
}

/// TXT-05: what people are called is kept as they write it, in NFC.
#[rstest]
#[case::persian_with_zwnj("last_name", "مهدی\u{200c}زاده", "مهدی\u{200c}زاده")]
#[case::malayalam_with_zwj("first_name", "ശ്രീ\u{200d}", "ശ്രീ\u{200d}")]
#[case::combining_marks("first_name", "Ame\u{301}lie", "Am\u{e9}lie")]
#[case::composed("first_name", "Am\u{e9}lie", "Am\u{e9}lie")]
#[case::vietnamese("last_name", "Nguye\u{302}\u{303}n", "Nguy\u{1ec5}n")]
#[case::cjk_of_four_bytes("last_name", "𠮷田", "𠮷田")]
#[case::arabic("first_name", "فاطمة", "فاطمة")]
#[case::apostrophe("last_name", "O'Neill", "O'Neill")]
#[case::emoji_in_an_address("address", "The house with the 🏡 sign", "The house with the 🏡 sign")]
#[case::family_in_an_address("address", "👨\u{200d}👩\u{200d}👧 Lane 1", "👨\u{200d}👩\u{200d}👧 Lane 1")]
fn text_is_kept_in_nfc(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] field: &str,
    #[case] sent: &str,
    #[case] kept: &str,
    #[values("json", "form", "multipart")] format: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = server.put(&token);

    let id = match format {
        "json" => put.json(&json!({ field: sent })),
        "form" => put.form(&[(field, sent)]),
        _ => put.multipart([Part::text(field, sent)]),
    }
    .send()
    .id();

    assert_eq!(server.fields(&id)[field]["value"], kept);
}

/// TXT-06.
#[rstest]
#[case::long("a".repeat(1024 * 1024))]
#[case::tower_of_marks(format!("a{}", "\u{301}".repeat(5000)))]
#[case::small_tower_of_marks(format!("a{}", "\u{301}".repeat(20)))]
fn text_without_measure_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] text: String,
    #[values("json", "form", "multipart")] format: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = server.put(&token);

    let refusal = match format {
        "json" => put.json(&json!({ "first_name": text })),
        "form" => put.form(&[("first_name", &text)]),
        _ => put.multipart([Part::text("first_name", &text)]),
    }
    .send()
    .refusal(400);

    assert!(refusal.contains("first_name"), "{refusal}");
}

/// TXT-07.
#[rstest]
#[case::lf_in_a_line("first_name", "Ada\nLovelace", 400)]
#[case::cr_in_a_line("first_name", "Ada\rLovelace", 400)]
#[case::tab_in_a_line("first_name", "Ada\tLovelace", 400)]
#[case::line_separator("first_name", "Ada\u{2028}Lovelace", 400)]
#[case::escape("first_name", "Ada\u{1b}[2J", 400)]
#[case::lf_in_an_address("address", "Main Street 1\nSpringfield", 202)]
#[case::crlf_in_an_address("address", "Main Street 1\r\nSpringfield", 400)]
fn lines_end_where_a_field_has_lines(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] field: &str,
    #[case] text: &str,
    #[case] status: u16,
) {
    let server = Server::start(engine);

    let answer = server.put(&token(account(1))).json(&json!({ field: text })).send();

    assert_eq!(answer.status, status, "{}", answer.text());
    if status == 202 {
        assert_eq!(server.fields(&answer.id())[field]["value"], text);
    }
}

/// TXT-09.
#[rstest]
#[case::exactly("passport", 202)]
#[case::full_width("ｐａｓｓｐｏｒｔ", 400)]
#[case::other_case("Passport", 400)]
#[case::with_a_space("passport ", 400)]
#[case::with_a_joiner("pass\u{200d}port", 400)]
#[case::another("library_card", 400)]
fn a_choice_is_compared_exactly(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] choice: &str,
    #[case] status: u16,
) {
    let server = Server::start(engine);

    let answer = server.put(&token(account(1))).json(&json!({ "id_type": choice })).send();

    assert_eq!(answer.status, status, "{}", answer.text());
}
