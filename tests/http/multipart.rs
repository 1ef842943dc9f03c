//! Multipart bodies: their grammar, their limits, their text parts.

use rstest::rstest;
use serde_json::json;

use crate::server::Server;

fn text_part(headers: &str, value: &str) -> Vec<u8> {
    format!("--XX\r\n{headers}\r\n\r\n{value}\r\n--XX--\r\n").into_bytes()
}

fn named(name: &str) -> String {
    format!("Content-Disposition: form-data; name=\"{name}\"")
}

#[rstest]
#[case::no_boundary("multipart/form-data")]
#[case::empty_boundary("multipart/form-data; boundary=\"\"")]
#[case::boundary_of_71(
    "multipart/form-data; boundary=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
)]
#[case::boundary_twice("multipart/form-data; boundary=XX; boundary=YY")]
#[case::another_boundary("multipart/form-data; boundary=YY")]
fn without_its_boundary_a_body_is_400(#[case] content_type: &str) {
    let answer = Server::start().put(content_type, text_part(&named("first_name"), "Ada"));
    assert_eq!(answer.status, 400);
    answer.json();
}

#[test]
fn a_boundary_of_300_characters_is_400() {
    let boundary = "B".repeat(300);
    let answer =
        Server::start().put(&format!("multipart/form-data; boundary={boundary}"), format!("--{boundary}--\r\n"));
    assert_eq!(answer.status, 400);
}

#[rstest]
#[case::quoted("multipart/form-data; boundary=\"XX\"")]
#[case::other_case("Multipart/Form-Data; Boundary=XX")]
fn spellings_of_the_boundary_are_equal(#[case] content_type: &str) {
    assert_eq!(Server::start().put(content_type, text_part(&named("first_name"), "Ada")).status, 202);
}

#[rstest]
#[case::empty("")]
#[case::first_boundary_only("--XX\r\n")]
#[case::in_a_header("--XX\r\nContent-Disposition: form-data; na")]
#[case::in_a_value("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nAda")]
#[case::without_the_last_boundary("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nAda\r\n--XX\r\n")]
#[case::without_the_last_dashes("--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nAda\r\n--XX")]
fn an_unterminated_body_is_400(#[case] body: &str) {
    let answer = Server::start().put_multipart(body);
    assert_eq!(answer.status, 400);
    answer.json();
}

#[test]
fn a_form_without_parts_has_no_pairs() {
    let answer = Server::start().put_multipart("--XX--\r\n");
    assert_eq!((answer.status, answer.json()["pairs"].clone()), (202, json!([])));
}

#[rstest]
#[case::none("Content-Type: text/plain")]
#[case::without_name("Content-Disposition: form-data")]
#[case::of_a_mail("Content-Disposition: attachment; name=\"first_name\"")]
#[case::name_twice("Content-Disposition: form-data; name=\"first_name\"; name=\"last_name\"")]
#[case::unterminated_name("Content-Disposition: form-data; name=\"first_name")]
#[case::nul_in_a_file_name("Content-Disposition: form-data; name=\"first_name\"; filename=\"a\0.txt\"")]
#[case::nul_in_the_name("Content-Disposition: form-data; name=\"first\0name\"")]
fn a_part_without_one_name_is_400(#[case] headers: &str) {
    let answer = Server::start().put_multipart(text_part(headers, "Ada"));
    assert_eq!(answer.status, 400);
    answer.json();
}

#[rstest]
#[case::plain("Content-Disposition: form-data; name=\"first_name\"")]
#[case::unquoted("Content-Disposition: form-data; name=first_name")]
#[case::lower_case("content-disposition: form-data;name=\"first_name\"")]
#[case::name_in_a_file_name("Content-Disposition: form-data; filename=\"a; name=id\"; name=\"first_name\"")]
#[case::typed("Content-Disposition: form-data; name=\"first_name\"\r\nContent-Type: text/plain; charset=UTF-8")]
#[case::eight_bit("Content-Disposition: form-data; name=\"first_name\"\r\nContent-Transfer-Encoding: 8bit")]
fn a_text_part_is_found_by_its_name(#[case] headers: &str) {
    let answer = Server::start().put_multipart(text_part(headers, "Ada"));
    assert_eq!((answer.status, answer.json()["pairs"].clone()), (202, json!([["first_name", "text Ada"]])));
}

#[rstest]
#[case::image("Content-Type: image/png")]
#[case::latin_1("Content-Type: text/plain; charset=iso-8859-1")]
#[case::nested("Content-Type: multipart/mixed; boundary=YY")]
#[case::base64("Content-Transfer-Encoding: base64")]
#[case::quoted_printable("Content-Transfer-Encoding: quoted-printable")]
#[case::malformed_type("Content-Type: text/plain; charset")]
fn a_text_part_that_is_not_plain_utf_8_is_400(#[case] header: &str) {
    let headers = format!("{}\r\n{header}", named("first_name"));
    let answer = Server::start().put_multipart(text_part(&headers, "Ada"));
    assert_eq!(answer.status, 400);
    answer.json();
}

#[rstest]
#[case::invalid_utf_8(b"\xff\xd8\xff\xe0")]
#[case::nul(b"a\0b")]
#[case::png(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")]
fn bytes_under_the_name_of_a_text_are_400(#[case] value: &[u8]) {
    let head = format!("--XX\r\n{}\r\n\r\n", named("first_name"));
    let answer = Server::start().put_multipart([head.as_bytes(), value, b"\r\n--XX--\r\n"].concat());
    assert_eq!(answer.status, 400);
    answer.json();
}

#[test]
fn the_same_text_twice_is_400() {
    let part = format!("--XX\r\n{}\r\n\r\nAda\r\n", named("first_name"));
    assert_eq!(Server::start().put_multipart(format!("{part}{part}--XX--\r\n")).status, 400);
}

#[test]
fn a_text_keeps_its_line_ends_and_near_boundaries() {
    let value = "a\r\n--X\r\n-- XX\r\nb\n";
    let answer = Server::start().put_multipart(text_part(&named("address"), value));
    assert_eq!(answer.json()["pairs"], json!([["address", format!("text {value}")]]));
}

#[test]
fn a_thousand_and_one_parts_are_400() {
    let part = |n| format!("--XX\r\n{}\r\n\r\nx\r\n", named(&format!("f{n}")));
    let parts: Vec<String> = (0..1001).map(part).collect();
    assert_eq!(Server::start().put_multipart(parts.concat() + "--XX--\r\n").status, 400);
}

#[test]
fn a_part_header_of_64_kibibytes_is_400() {
    let headers = format!("{}\r\nX-Padding: {}", named("first_name"), "x".repeat(64 * 1024));
    assert_eq!(Server::start().put_multipart(text_part(&headers, "Ada")).status, 400);
}

#[test]
fn a_part_with_a_hundred_headers_is_400() {
    let headers = format!("{}{}", named("first_name"), "\r\nX-Padding: x".repeat(100));
    assert_eq!(Server::start().put_multipart(text_part(&headers, "Ada")).status, 400);
}

#[test]
fn a_header_after_a_large_file_is_bounded_too() {
    let file = format!("--XX\r\n{}\r\n\r\n{}\r\n", named("photo_id_front"), "f".repeat(1 << 20));
    let headers = format!("{}\r\nX-Padding: {}", named("first_name"), "x".repeat(64 * 1024));
    let body = [file.into_bytes(), text_part(&headers, "Ada")].concat();
    assert_eq!(Server::start().put_multipart(body).status, 400);
}

#[rstest]
#[case::before_the_first_boundary(10 << 20, 0)]
#[case::after_the_last_boundary(0, 10 << 20)]
fn ten_mebibytes_around_the_parts_are_400(#[case] before: usize, #[case] after: usize) {
    let parts = text_part(&named("first_name"), "Ada");
    let body = [" ".repeat(before).as_bytes(), b"\r\n", &parts, " ".repeat(after).as_bytes()].concat();
    assert_eq!(Server::start().put_multipart(body).status, 400);
}

#[test]
fn a_short_preamble_and_epilogue_are_read_past() {
    let body = [b"preamble\r\n", &text_part(&named("first_name"), "Ada")[..], b"epilogue"].concat();
    assert_eq!(Server::start().put_multipart(body).status, 202);
}

#[test]
fn an_ignored_part_is_named_and_not_kept() {
    let body = [b"--XX\r\n", named("unknown").as_bytes(), b"\r\n\r\n\xff\0\r\n--XX--\r\n"].concat();
    let answer = Server::start().put_multipart(body);
    assert_eq!(answer.json(), json!({ "pairs": [["unknown", "other"]], "files": [] }));
}
