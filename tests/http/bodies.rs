//! JSON and form bodies: one meaning each, or none.

use rstest::rstest;
use serde_json::json;

use crate::raw_http::{Connection, exchange, request};
use crate::server::Server;

#[rstest]
#[case::same_id(r#"{"id":"X","id":"Y"}"#)]
#[case::same_account(r#"{"account":"A","account":"B"}"#)]
#[case::escaped_spelling(r#"{"id":"X","\u0069d":"Y"}"#)]
#[case::array("[]")]
#[case::text("\"abc\"")]
#[case::number("5")]
#[case::null("null")]
#[case::empty("")]
#[case::truncated(r#"{"id":"#)]
#[case::trailing_garbage(r#"{"id":"X"}x"#)]
#[case::second_document(r#"{"id":"X"}{}"#)]
#[case::trailing_comma(r#"{"id":"X",}"#)]
#[case::number_beyond_float(r#"{"memo":1e400}"#)]
#[case::lone_high_surrogate(r#"{"first_name":"\ud800"}"#)]
#[case::lone_low_surrogate(r#"{"first_name":"\udc00"}"#)]
#[case::lone_surrogate_in_a_nested_value(r#"{"first_name":{"a":["\ud800"]}}"#)]
#[case::lone_surrogate_in_a_name(r#"{"\ud800":"X"}"#)]
#[case::nul_in_a_value(r#"{"first_name":"a\u0000b"}"#)]
#[case::nul_in_a_memo(r#"{"memo":"\u0000"}"#)]
#[case::nul_in_a_name(r#"{"first_name\u0000":"a"}"#)]
#[case::raw_nul("{\"first_name\":\"a\0b\"}")]
#[case::byte_order_mark("\u{feff}{}")]
fn malformed_json_is_400(#[case] body: &str) {
    let answer = Server::start().put_json(body);
    assert_eq!(answer.status, 400);
    answer.json();
}

#[test]
fn json_that_is_not_utf_8_is_400() {
    let server = Server::start();
    for body in [&b"{\"first_name\":\"\xff\"}"[..], b"{\"first_name\":[\"\xc3\"]}", b"{\"\xff\":1}"] {
        assert_eq!(server.put_json(body).status, 400);
    }
}

#[rstest]
#[case::integer("5", "number 5")]
#[case::largest("18446744073709551615", "number 18446744073709551615")]
#[case::fraction("5.0", "other")]
#[case::exponent("1e3", "other")]
#[case::negative("-1", "other")]
#[case::too_large("18446744073709551616", "other")]
#[case::boolean("true", "other")]
#[case::object("{}", "other")]
#[case::nested_object(r#"{"a":{"b":[1,null]}}"#, "other")]
#[case::array(r#"["Ada"]"#, "other")]
#[case::null("null", "other")]
#[case::empty_text(r#""""#, "text ")]
#[case::text(r#""Ada""#, "text Ada")]
#[case::surrogate_pair(r#""\ud83d\ude00""#, "text 😀")]
fn json_values_are_told_apart(#[case] value: &str, #[case] expected: &str) {
    let answer = Server::start().put_json(format!(r#"{{"memo":{value}}}"#));
    assert_eq!(answer.json()["pairs"], json!([["memo", expected]]));
}

#[test]
fn json_nested_too_deeply_is_400() {
    let body = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(Server::start().put_json(body).status, 400);
}

#[rstest]
#[case::twice("id=X&id=Y")]
#[case::twice_in_other_spelling("id=X&i%64=Y")]
#[case::escaped_nul("first_name=a%00b")]
#[case::nul_in_a_name("first%00name=a")]
#[case::invalid_utf_8("first_name=%ff")]
#[case::half_a_character("first_name=%c3")]
#[case::surrogate("first_name=%ed%a0%80")]
#[case::escape_without_digits("first_name=%zz")]
#[case::escape_cut_off("first_name=%4")]
#[case::escape_with_a_sign("first_name=%+1")]
fn malformed_forms_are_400(#[case] body: &str) {
    let answer = Server::start().put_form(body);
    assert_eq!(answer.status, 400);
    answer.json();
}

#[test]
fn raw_bytes_in_a_form_are_checked_too() {
    let server = Server::start();
    assert_eq!(server.put_form(b"first_name=\xff").status, 400);
    assert_eq!(server.put_form(b"first_name=a\0b").status, 400);
}

#[test]
fn a_form_gives_texts_in_order() {
    let answer = Server::start().put_form("first_name=Ada+M%2B&memo=5&empty=&bare&&last_name=%C3%89a=b");
    assert_eq!(answer.status, 202);
    assert_eq!(
        answer.json()["pairs"],
        json!([
            ["first_name", "text Ada M+"],
            ["memo", "text 5"],
            ["empty", "text "],
            ["bare", "text "],
            ["last_name", "text Éa=b"]
        ])
    );
}

#[rstest]
#[case::no_content_type("")]
#[case::empty_form("content-type: application/x-www-form-urlencoded\r\n")]
fn an_empty_body_has_no_pairs(#[case] headers: &str) {
    let answer = exchange(Server::start().address, request("PUT /customer", headers, b""));
    assert_eq!((answer.status, answer.json()["pairs"].clone()), (202, json!([])));
}

#[test]
fn a_request_without_length_has_no_pairs() {
    let answer = exchange(Server::start().address, "PUT /customer HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(answer.status, 202);
}

#[test]
fn an_empty_object_has_no_pairs() {
    let answer = Server::start().put_json("{}");
    assert_eq!((answer.status, answer.json()["pairs"].clone()), (202, json!([])));
}

#[rstest]
#[case::other_type("text/plain")]
#[case::xml("application/xml")]
#[case::other_multipart("multipart/mixed; boundary=XX")]
#[case::latin_1("application/json; charset=iso-8859-1")]
#[case::utf_16("application/json; charset=\"utf-16\"")]
#[case::form_in_latin_1("application/x-www-form-urlencoded; charset=latin1")]
fn another_content_type_is_415(#[case] content_type: &str) {
    let answer = Server::start().put(content_type, "{}");
    assert_eq!(answer.status, 415);
    answer.json();
}

#[test]
fn a_body_without_content_type_is_415() {
    assert_eq!(exchange(Server::start().address, request("PUT /customer", "", b"{}")).status, 415);
}

#[rstest]
#[case::two_types("content-type: application/json\r\ncontent-type: text/plain\r\n")]
#[case::parameter_twice("content-type: application/json; charset=utf-8; charset=latin1\r\n")]
#[case::parameter_without_value("content-type: application/json; charset\r\n")]
#[case::unterminated_quote("content-type: application/json; charset=\"utf-8\r\n")]
fn an_ambiguous_content_type_is_400(#[case] headers: &str) {
    assert_eq!(exchange(Server::start().address, request("PUT /customer", headers, b"{}")).status, 400);
}

#[rstest]
#[case::upper_case("APPLICATION/JSON")]
#[case::charset("application/json;charset=UTF-8")]
#[case::quoted_charset("application/json; charset=\"utf-8\"")]
#[case::trailing_semicolon("application/json;")]
fn spellings_of_the_json_type_are_equal(#[case] content_type: &str) {
    assert_eq!(Server::start().put(content_type, "{}").status, 202);
}

#[rstest]
#[case::gzip("gzip", 415)]
#[case::brotli("br", 415)]
#[case::stacked("identity, gzip", 415)]
#[case::identity("identity", 202)]
fn compressed_bodies_are_415(#[case] encoding: &str, #[case] status: u16) {
    let headers = format!("content-type: application/json\r\ncontent-encoding: {encoding}\r\n");
    assert_eq!(exchange(Server::start().address, request("PUT /customer", &headers, b"{}")).status, status);
}

#[test]
fn a_text_of_a_mebibyte_is_400_in_every_format() {
    let server = Server::start();
    let name = "a".repeat(1 << 20);
    let part = format!("--XX\r\nContent-Disposition: form-data; name=\"first_name\"\r\n\r\n{name}\r\n--XX--\r\n");
    let answers = [
        server.put_json(format!(r#"{{"first_name":"{name}"}}"#)),
        server.put_form(format!("first_name={name}")),
        server.put_multipart(part),
    ];
    for answer in answers {
        assert_eq!((answer.status, answer.json()), (400, json!({ "error": "first_name is too long" })));
    }
}

#[test]
fn the_129th_field_is_400() {
    let server = Server::start();
    let object = |fields: usize| {
        let members: Vec<String> = (0..fields).map(|n| format!(r#""f{n}":"x""#)).collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(server.put_json(object(128)).status, 202);
    assert_eq!(server.put_json(object(129)).status, 400);
}

#[test]
fn a_refusal_repeats_no_value_and_no_odd_name() {
    let server = Server::start();
    let answer = server.put_json(r#"{"Jane <Doe>":"canary-value","Jane <Doe>":"canary-value"}"#);
    assert_eq!(answer.json(), json!({ "error": "a field is given twice" }));
    let answer = server.put_json(r#"{"first_name":"canary-value","first_name":"canary-value"}"#);
    assert_eq!(answer.json(), json!({ "error": "first_name is given twice" }));
}

#[test]
fn a_json_body_of_more_than_two_mebibytes_is_413() {
    let answer = Server::start().put_json(vec![b' '; (2 << 20) + 1]);
    assert_eq!(answer.status, 413);
    answer.json();
}

#[test]
fn an_announced_body_of_more_than_32_mebibytes_is_413_before_it_is_sent() {
    let server = Server::start();
    let mut connection = Connection::open(server.address);
    let length = (32 << 20) + 1;
    connection.send(format!(
        "PUT /customer HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nexpect: 100-continue\r\n\r\n"
    ));
    assert_eq!(connection.answer().expect("an answer").status, 413);
}
