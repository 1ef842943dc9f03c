//! Files (FILE), and what is left of them.

use rstest::rstest;
use serde_json::json;
use uuid::Uuid;

use crate::client::Part;
use crate::database::Engine;
use crate::raw_http::{Answer, Connection, exchange};
use crate::samples;
use crate::server::{Server, account, token};
use crate::waiting::until;

const TEN_MEBIBYTES: usize = 10 << 20;
/// The beginning of a body whose boundary is `XX`.
const PHOTO_PART: &[u8] = b"--XX\r\nContent-Disposition: form-data; name=\"photo_id_front\"\r\n\r\n";

/// Opens the file that is held for a field.
fn held(server: &Server, id: &str, field: &str) -> Option<Vec<u8>> {
    let file = server.fields(id)[field]["file"].as_str()?.to_owned();
    read(server, &file)
}

fn read(server: &Server, file: &str) -> Option<Vec<u8>> {
    let file = Uuid::parse_str(file).expect("an id");
    server.block_on(server.store.read_file(file)).expect("a file that opens").map(|content| content.to_vec())
}

#[rstest]
#[case::jpeg(samples::jpeg(100))]
#[case::png(samples::png())]
#[case::pdf(samples::pdf(""))]
fn a_file_is_kept_as_it_came(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] content: Vec<u8>) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let id = server.put(&token).multipart([Part::file("photo_id_front", "image/jpeg", &content)]).send().id();

    assert_eq!(held(&server, &id, "photo_id_front").expect("a file"), content);
    let provided = &server.get(&token).send().customer()["provided_fields"]["photo_id_front"];
    assert_eq!((&provided["type"], &provided["status"]), (&json!("binary"), &json!("ACCEPTED")));
}

/// Sealed: no piece of it is found in the rows.
#[rstest]
fn a_file_is_sealed(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    server.put(&token).multipart([Part::file("photo_id_front", "image/jpeg", samples::jpeg_with(b"JFIF"))]).send().id();

    let chunks: Vec<_> = server.installation.dump().into_iter().filter(|row| row.starts_with("file_chunks|")).collect();

    assert_eq!(chunks.len(), 1);
    assert!(!chunks[0].to_lowercase().contains("4a464946"), "{}", chunks[0]);
}

/// The chunks of a large file come back in their order.
#[rstest]
#[case::a_chunk(256 * 1024)]
#[case::a_chunk_and_a_byte(256 * 1024 + 1)]
#[case::the_limit(TEN_MEBIBYTES)]
fn a_large_file_is_kept_as_it_came(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] bytes: usize) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let photo = samples::jpeg(bytes);

    let id = server.put(&token).multipart([Part::file("photo_id_front", "image/jpeg", &photo)]).send().id();

    assert!(held(&server, &id, "photo_id_front").expect("a file") == photo, "another file came back");
}

/// FILE-01: the answer does not wait for the rest, which never comes.
#[rstest]
#[case::of_honest_length(true)]
#[case::without_length(false)]
fn a_file_above_the_limit_is_413(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] says_its_length: bool,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let call = server.put(&token);
    let call = if says_its_length {
        call.header("content-length", &(TEN_MEBIBYTES + 10_000).to_string())
    } else {
        call.header("transfer-encoding", "chunked")
    };
    let call = call.body("multipart/form-data; boundary=XX", "");
    let content = [PHOTO_PART, &samples::jpeg(TEN_MEBIBYTES + 1)].concat();

    let answer = call.checked(|address| {
        let mut connection = Connection::open(address);
        connection.send(call.bytes());
        for piece in content.chunks(64 * 1024) {
            if says_its_length {
                connection.send(piece);
            } else {
                connection.send([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
            }
        }
        connection.answer().expect("an answer")
    });

    answer.refusal(413);
    assert_eq!(server.count("files"), 0);
}

/// FILE-01: what announces itself as too large is not read at all.
#[rstest]
fn a_body_that_says_it_is_too_large_is_413_at_once(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let call = server.put(&token).header("content-length", &((32 << 20) + 1).to_string());
    let call = call.body("multipart/form-data; boundary=XX", "");

    call.checked(|address| exchange(address, call.bytes())).refusal(413);
}

/// FILE-03.
#[rstest]
#[case::too_many_parts("parts", 400)]
#[case::long_part_header("header", 400)]
#[case::no_boundary("no boundary", 400)]
#[case::long_boundary("boundary", 400)]
#[case::unterminated("unterminated", 400)]
#[case::nested("nested", 400)]
#[case::long_epilogue("epilogue", 400)]
fn a_malformed_multipart_body_is_refused(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] how: &str,
    #[case] status: u16,
) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = server.put(&token);
    let body = b"--XX\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\nAda\r\n--XX--\r\n".as_slice();
    let media_type = "multipart/form-data; boundary=XX";
    let call = match how {
        "parts" => put.multipart((0..1001).map(|number| Part::text(&format!("field_{number}"), "x"))),
        "header" => put.multipart([Part::with(&format!("X-Long: {}", "x".repeat(64 * 1024)), "Ada")]),
        "no boundary" => put.body("multipart/form-data", body),
        "boundary" => put.body(&format!("multipart/form-data; boundary={}", "X".repeat(300)), body),
        "unterminated" => put.body(media_type, &body[..body.len() - 8]),
        "nested" => put.multipart([Part::with(
            "Content-Disposition: form-data; name=\"first_name\"\r\nContent-Type: multipart/mixed; boundary=YY",
            "--YY--\r\n",
        )]),
        _ => put.body(media_type, [body, &vec![b'x'; TEN_MEBIBYTES]].concat()),
    };

    call.send().refusal(status);
}

/// FILE-04.
#[rstest]
#[case::file_twice(&["photo_id_front", "photo_id_front"])]
#[case::text_and_file(&["first_name", "first_name"])]
#[case::both_spellings(&["proof_of_income", "photo_proof_of_income"])]
fn a_part_given_twice_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] names: &[&str]) {
    let server = Server::start(engine);
    let parts = names.iter().map(|name| Part::file(name, "image/jpeg", samples::jpeg(100)));

    server.put(&token(account(1))).multipart(parts).send().refusal(400);
}

/// FILE-04.
#[rstest]
#[case::file_for_a_text("first_name")]
#[case::file_for_a_date("birth_date")]
#[case::file_for_a_parameter("type")]
fn a_file_where_a_text_belongs_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] name: &str) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let parts = [
        Part::file("photo_id_front", "image/jpeg", samples::jpeg(100)),
        Part::file(name, "image/jpeg", samples::jpeg(100)),
    ];

    server.put(&token).multipart(parts).send().refusal(400);
}

/// FILE-04.
#[rstest]
fn a_text_where_a_file_belongs_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let refusal = Server::start(engine)
        .put(&token(account(1)))
        .multipart([Part::text("photo_id_front", "a description of the photo")])
        .send()
        .refusal(400);

    assert!(refusal.contains("photo_id_front"), "{refusal}");
}

#[rstest]
#[case::json("application/json", r#"{"photo_id_front":"/9j/4AAQSkZJRg=="}"#)]
#[case::form("application/x-www-form-urlencoded", "photo_id_front=JFIF")]
fn a_file_outside_of_multipart_is_400(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] media_type: &str,
    #[case] body: &str,
) {
    let refusal = Server::start(engine).put(&token(account(1))).body(media_type, body).send().refusal(400);

    assert!(refusal.contains("photo_id_front"), "{refusal}");
}

/// FILE-05: SEP-12 only advises that files come last.
#[rstest]
fn texts_may_follow_a_file(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let parts = [
        Part::file("photo_id_front", "image/png", samples::png()),
        Part::text("first_name", "Ada"),
        Part::text("memo", "5"),
        Part::text("type", "sep6"),
    ];

    let id = server.put(&token).multipart(parts).send().id();

    assert_eq!(server.get(&token).query("memo", "5").send().customer()["id"], id.as_str());
    assert_eq!(server.fields(&id)["first_name"]["value"], "Ada");
    assert_eq!(held(&server, &id, "photo_id_front").expect("a file"), samples::png());
}

/// Design §8: a file is known by the name of its field.
#[rstest]
#[case::without_file_name("Content-Disposition: form-data; name=\"photo_id_front\"")]
#[case::called_text("Content-Disposition: form-data; name=\"photo_id_front\"\r\nContent-Type: text/plain")]
#[case::called_html(
    "Content-Disposition: form-data; name=\"photo_id_front\"; filename=\"a.html\"\r\nContent-Type: text/html"
)]
#[case::with_a_path("Content-Disposition: form-data; name=\"photo_id_front\"; filename=\"../../etc/passwd\"")]
fn a_file_is_known_by_its_field_alone(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
    #[case] headers: &str,
) {
    let (server, token) = (Server::start(engine), token(account(1)));

    let id = server.put(&token).multipart([Part::with(headers, samples::jpeg(100))]).send().id();

    assert_eq!(held(&server, &id, "photo_id_front").expect("a file"), samples::jpeg(100));
}

/// FILE-07: the content decides, not what the client calls it.
#[rstest]
#[case::html(b"<!doctype html><script>alert(1)</script>")]
#[case::svg(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
#[case::elf(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
#[case::zip(b"PK\x03\x04\x14\0\0\0\x08\0 a file in an archive")]
#[case::json(b"{\"photo\":true}")]
#[case::gif(b"GIF89a\x01\0\x01\0\x80\0\0")]
#[case::empty(b"")]
#[case::one_byte(b"\xff")]
#[case::a_jpeg_after_something(b"x\xff\xd8\xff\xe0\x00\x10JFIF")]
fn a_file_of_another_kind_is_400(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] content: &[u8]) {
    let server = Server::start(engine);

    let refusal = server
        .put(&token(account(1)))
        .multipart([Part::file("photo_id_front", "image/jpeg", content)])
        .send()
        .refusal(400);

    assert!(refusal.contains("photo_id_front") && refusal.contains("must be "), "{refusal}");
}

/// What no type asks for is not kept, be it a file.
#[rstest]
fn a_file_that_nobody_asks_for_is_not_kept(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let parts = [Part::file("favourite_animal", "image/jpeg", samples::jpeg(1024)), Part::text("first_name", "Ada")];

    let id = server.put(&token).multipart(parts).send().id();

    assert_eq!(server.fields(&id), json!({ "first_name": { "value": "Ada" } }));
    assert_eq!(server.count("files"), 0);
}

#[rstest]
fn a_replaced_file_is_gone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let put = |content: &[u8]| -> Answer {
        server.put(&token).multipart([Part::file("photo_id_front", "image/jpeg", content)]).send()
    };
    let id = put(&samples::jpeg(100)).id();
    let replaced = server.fields(&id)["photo_id_front"]["file"].as_str().expect("a file").to_owned();

    assert_eq!(put(&samples::png()).id(), id);

    assert_eq!(held(&server, &id, "photo_id_front").expect("a file"), samples::png());
    assert_eq!(read(&server, &replaced), None);
    assert_eq!((server.count("files"), server.count("file_chunks")), (1, 1));
}

/// A PUT that is refused for whatever comes after its file leaves nothing of it. That no row changed, the client checks.
#[rstest]
#[case::bad_value(Part::text("email_address", "not an address"))]
#[case::unknown_type(Part::text("type", "sep24"))]
#[case::another_memo(Part::text("memo", "6"))]
#[case::id_of_nobody(Part::text("id", "4cf2c0a5-7a0b-4a8a-9d2f-0e5b0b6c1a11"))]
#[case::another_account(Part::text("account", account(2)))]
#[case::bad_name(Part::text("first_name[]", "Ada"))]
#[case::file_of_another_kind(Part::file("photo_id_back", "image/jpeg", "<svg/>"))]
#[case::file_too_large(Part::file("photo_id_back", "image/jpeg", samples::jpeg(TEN_MEBIBYTES + 1)))]
fn a_refused_put_leaves_no_file(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine, #[case] more: Part) {
    let (server, token) = (Server::start(engine), token(format!("{}:5", account(1))));
    let parts = [Part::file("photo_id_front", "image/jpeg", samples::jpeg(600 * 1024)), more];

    let answer = server.put(&token).multipart(parts).send();

    assert!((400..500).contains(&answer.status), "{}", answer.text());
    assert_eq!((server.count("files"), server.count("file_chunks"), server.count("payment_targets")), (0, 0, 0));
}

/// A multipart body that comes piece by piece, on a connection of its own.
fn begin_slow_put(server: &Server, token: &str) -> Connection {
    let call = server.put(token).header("transfer-encoding", "chunked");
    let mut connection = Connection::open(server.public);
    connection.send(call.body("multipart/form-data; boundary=XX", "").bytes());
    connection
}

fn send_piece(connection: &mut Connection, piece: &[u8]) {
    connection.send([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
}

/// Waits until a row of `table` contains `text`.
fn wait_for_row(server: &Server, table: &str, text: &str) {
    let prefix = format!("{table}|");
    until(text, || server.installation.dump().iter().any(|row| row.starts_with(&prefix) && row.contains(text)));
}

fn sweep(server: &Server) -> u64 {
    server.block_on(server.store.delete_unclaimed_files()).expect("a sweep")
}

/// A file that had arrived, and whose PUT went on for so long that it was given up.
#[rstest]
fn a_file_that_was_swept_away_is_not_taken_for_held(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let mut put = begin_slow_put(&server, &token);
    send_piece(&mut put, &[PHOTO_PART, &samples::jpeg(300 * 1024), b"\r\n--XX\r\n"].concat());
    wait_for_row(&server, "files", "image/jpeg");

    assert_eq!(server.execute("UPDATE files SET expires_at = 0"), 1);
    // Either the server's own sweeper is first, or this.
    sweep(&server);
    assert_eq!(server.count("files"), 0);
    send_piece(&mut put, b"Content-Disposition: form-data; name=\"first_name\"\r\n\r\nAda\r\n--XX--\r\n");
    put.send("0\r\n\r\n");

    assert!(put.answer().expect("an answer").refusal(400).contains("photo_id_front"));
    assert_eq!(server.count("payment_targets"), 0);
}

/// However slowly it comes: each chunk gives it more time.
#[rstest]
fn a_file_that_is_still_arriving_is_not_swept_away(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let (mut put, photo) = (begin_slow_put(&server, &token), samples::jpeg(302 * 1024));
    send_piece(&mut put, &[PHOTO_PART, &photo[..2048]].concat());
    wait_for_row(&server, "files", "NULL");

    assert_eq!(server.execute("UPDATE files SET expires_at = created_at + 60000000"), 1);
    send_piece(&mut put, &photo[2048..]);
    wait_for_row(&server, "file_chunks", "|0|");
    assert_eq!(server.execute("UPDATE files SET size = size WHERE expires_at > created_at + 60000000"), 1);
    send_piece(&mut put, b"\r\n--XX--\r\n");
    put.send("0\r\n\r\n");

    let id = put.answer().expect("an answer").id();
    assert_eq!(held(&server, &id, "photo_id_front").expect("a file").len(), 302 * 1024);
}

/// FILE-17.
#[rstest]
fn an_upload_that_breaks_off_leaves_nothing_once_swept(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let (server, token) = (Server::start(engine), token(account(1)));
    let mut put = begin_slow_put(&server, &token);
    send_piece(&mut put, &[PHOTO_PART, &samples::jpeg(600 * 1024)].concat());
    wait_for_row(&server, "file_chunks", "|1|");

    drop(put);

    // Either the request noticed and tidied up, or the sweeper does.
    while server.count("files") > 0 {
        server.execute("UPDATE files SET expires_at = 0");
        sweep(&server);
    }
    assert_eq!((server.count("file_chunks"), server.count("payment_targets")), (0, 0));
}
