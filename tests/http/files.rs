//! Files in multipart bodies: by name, streamed, limited.

use std::time::Duration;

use kycd::http::Limits;
use rstest::rstest;
use serde_json::json;

use crate::raw_http::{Connection, request};
use crate::server::Server;

const TEN_MEBIBYTES: usize = 10 << 20;

fn file_part(headers: &str, bytes: usize) -> Vec<u8> {
    let head = format!("--XX\r\nContent-Disposition: form-data; name=\"photo_id_front\"{headers}\r\n\r\n");
    [head.as_bytes(), &vec![0xff; bytes], b"\r\n"].concat()
}

fn text_part(name: &str) -> Vec<u8> {
    format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nAda\r\n").into_bytes()
}

const END: &[u8] = b"--XX--\r\n";

#[test]
fn ten_mebibytes_are_streamed_in_small_chunks() {
    let answer = Server::start().put_multipart([&file_part("", TEN_MEBIBYTES)[..], END].concat());
    assert_eq!(answer.status, 202);
    let file = &answer.json()["files"][0];
    assert_eq!(file["bytes"], TEN_MEBIBYTES);
    assert!(file["largest"].as_u64().expect("a number") <= 40 * 1024, "never whole: {file}");
}

#[test]
fn a_byte_more_than_ten_mebibytes_is_413() {
    let answer = Server::start().put_multipart([&file_part("", TEN_MEBIBYTES + 1)[..], END].concat());
    assert_eq!((answer.status, answer.json()), (413, json!({ "error": "a file is too large" })));
}

#[test]
fn a_file_of_unknown_length_is_413_at_the_limit() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(
        "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: multipart/form-data; boundary=XX\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    let head = b"--XX\r\nContent-Disposition: form-data; name=\"photo_id_front\"\r\n\r\n";
    let mut send_chunk = |bytes: &[u8]| {
        connection.send(format!("{:x}\r\n", bytes.len()));
        connection.send([bytes, b"\r\n"].concat());
    };
    send_chunk(head);
    // The body never ends: the answer cannot have waited for it.
    let chunk = [0xff].repeat(64 * 1024);
    for _ in 0..=160 {
        send_chunk(&chunk);
    }
    assert_eq!(connection.answer().expect("an answer").status, 413);
    assert!(connection.is_closed());
}

#[test]
fn a_client_that_sends_on_still_reads_its_413() {
    // However slow it sends.
    let server = Server::start_with(Limits { linger: Duration::from_mins(1), ..Limits::default() });
    let mut connection = Connection::open(server.address);
    let body = [&file_part("", 31 << 20)[..], END].concat();
    let sent = connection.send(request("PUT /customer", "content-type: multipart/form-data; boundary=XX\r\n", &body));
    assert!(sent, "many clients give up on the answer when they cannot send");
    assert_eq!(connection.answer().expect("an answer").status, 413);
}

#[test]
fn a_body_of_more_than_32_mebibytes_is_413_when_its_length_is_not_announced() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(
        "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: multipart/form-data; boundary=XX\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    let nine_mebibytes = &[0x41].repeat(9 << 20)[..];
    for name in ["unknown", "photo_id_front", "photo_id_back", "photo_proof_residence"] {
        let head = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        for bytes in [head.as_bytes(), nine_mebibytes, b"\r\n"] {
            connection.send(format!("{:x}\r\n", bytes.len()));
            connection.send([bytes, b"\r\n"].concat());
        }
    }
    let answer = connection.answer().expect("an answer");
    assert_eq!((answer.status, answer.json()), (413, json!({ "error": "the body is too large" })));
}

#[rstest]
#[case::without_filename("")]
#[case::with_filename("; filename=\"a.jpg\"\r\nContent-Type: image/jpeg")]
#[case::with_an_empty_filename("; filename=\"\"")]
#[case::with_a_path_for_a_filename("; filename=\"../../etc/passwd\"")]
#[case::with_a_filename_in_utf_8("; filename=\"Ausweis–Jörg.jpg\"")]
fn a_file_is_known_by_its_field_alone(#[case] headers: &str) {
    let answer = Server::start().put_multipart([&file_part(headers, 3)[..], END].concat());
    assert_eq!(
        answer.json(),
        json!({ "pairs": [], "files": [{ "field": "photo_id_front", "bytes": 3, "largest": 3 }] })
    );
}

#[test]
fn texts_may_stand_before_and_after_a_file() {
    let body = [&text_part("first_name")[..], &file_part("", 100_000), &text_part("last_name"), END].concat();
    let answer = Server::start().put_multipart(body);
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["pairs"], json!([["first_name", "text Ada"], ["last_name", "text Ada"]]));
    assert_eq!(answer.json()["files"][0]["bytes"], 100_000);
}

#[rstest]
#[case::same_file_twice([file_part("", 3), file_part("", 3)].concat())]
#[case::file_without_bytes(file_part("", 0))]
#[case::multipart_in_a_file(file_part("\r\nContent-Type: multipart/mixed; boundary=YY", 3))]
#[case::file_in_base64(file_part("\r\nContent-Transfer-Encoding: base64", 4))]
fn a_file_that_cannot_be_meant_is_400(#[case] parts: Vec<u8>) {
    let answer = Server::start().put_multipart([&parts[..], END].concat());
    assert_eq!(answer.status, 400);
    answer.json();
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_file_harms_nobody() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    connection.send(
        "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: multipart/form-data; boundary=XX\r\ncontent-length: 1000\r\n\r\n",
    );
    connection.send(file_part("", 10));
    drop(connection);
    assert_eq!(server.get("/customer").status, 200);
}
