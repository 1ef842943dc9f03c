//! Uploads that clients break off.

use std::iter;

use rstest::rstest;
use serde_json::json;

use crate::client::Part;
use crate::database::Engine;
use crate::raw_http::Connection;
use crate::samples;
use crate::server::{Server, account, token};
use crate::waiting::until;

/// How many uploads are under way at once, and how often.
const AT_ONCE: usize = 20;
const TIMES: usize = 50;

const FILES: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM files";
const CHUNKS: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM file_chunks";

/// Writes the request of an upload, but for the last hundredth of it.
fn almost(server: &Server, token: &str, path: &str, bytes: usize) -> Vec<u8> {
    let (method, part) = if path == "/customer" { ("PUT", "photo_id_front") } else { ("POST", "file") };
    let part = Part::file(part, "image/jpeg", samples::jpeg(bytes));
    let mut request = server.call(method, path).token(token).multipart([part]).bytes();
    request.truncate(request.len() - request.len() / 100);
    request
}

/// Begins an upload, and waits until there are so many files of which something is stored.
fn begin(server: &Server, request: &[u8], files: usize) -> Connection {
    let mut connection = server.connect_by(|socket| socket.set_zero_linger().expect("an option of every system"));
    assert!(connection.send(request));
    wait_for(server, FILES, files);
    connection
}

fn wait_for(server: &Server, count: &'static str, rows: usize) {
    let expected = [rows.to_string()];
    until(count, || server.block_on(server.installation.rows().texts(count)) == expected);
}

/// FILE-17: a thousand of them, twenty at once, each begun to be stored when its connection is reset. The account may
/// have one file, and has none afterwards.
#[rstest]
fn a_thousand_uploads_that_are_reset_leave_nothing(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let server = Server::start_with(engine, json!({ "files": { "unused_max": 1 } }));
    let token = token(account(1));
    let requests = ["/customer", "/customer/files"]
        .map(|path| [300 * 1024, 4096].map(|bytes| almost(&server, &token, path, bytes)));
    for [large, small] in requests.iter().cycle().take(TIMES) {
        // One of them has a chunk that is stored already.
        let all = iter::once(large).chain(iter::repeat_n(small, AT_ONCE - 1));
        let uploads: Vec<_> = (1..).zip(all).map(|(files, request)| begin(&server, request, files)).collect();
        wait_for(&server, CHUNKS, 1);

        drop(uploads);

        // Each request tidies up after itself, or the sweeper does.
        wait_for(&server, FILES, 0);
    }
    assert_eq!(["file_chunks", "payment_targets"].map(|table| server.count(table)), [0; 2]);
    let one = Part::file("file", "image/png", samples::png());
    server.call("POST", "/customer/files").token(&token).multipart([one]).send().customer();
}
