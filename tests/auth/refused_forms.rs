//! Tokens that are refused for their form, header or signature: AUTH-06, 09, 11, 13 and 30.

use kycd::auth::Refusal;
use rstest::rstest;

use crate::forge::{Claims, HS256, SECRET, base64url, forge, mac, quoted, refused, sep10, verify};

/// The header with another member.
fn header_with(member: &str) -> String {
    format!(r#"{{"alg":"HS256","typ":"JWT",{member}}}"#)
}

fn token_with_header(header: &str) -> String {
    forge(header, &Claims::valid().json(), mac(SECRET))
}

#[rstest]
fn auth_06_alg_none(
    #[values("none", "None", "nOnE", "NONE", "")] alg: &str,
    #[values("", "AAAA", "arbitrary")] signature: &str,
) {
    let header = format!(r#"{{"alg":{},"typ":"JWT"}}"#, quoted(alg));
    let token = format!("{}.{}.{signature}", base64url(header), base64url(Claims::valid().json()));
    assert_eq!(verify([sep10()], &token), refused(Refusal::Algorithm));
}

#[rstest]
#[case::absent(r#"{"typ":"JWT"}"#, Refusal::Algorithm)]
#[case::null(r#"{"alg":null}"#, Refusal::Malformed)]
#[case::array(r#"{"alg":["HS256"]}"#, Refusal::Malformed)]
#[case::lower_case(r#"{"alg":"hs256"}"#, Refusal::Algorithm)]
#[case::longer_mac(r#"{"alg":"HS512"}"#, Refusal::Algorithm)]
#[case::public_key(r#"{"alg":"RS256"}"#, Refusal::Algorithm)]
#[case::repeated(r#"{"alg":"HS256","alg":"HS256"}"#, Refusal::Malformed)]
#[case::an_unknown_member_repeated(r#"{"alg":"HS256","x":1,"x":1}"#, Refusal::Malformed)]
#[case::no_object(r#"["HS256"]"#, Refusal::Malformed)]
#[case::two_objects(r#"{"alg":"HS256"}{}"#, Refusal::Malformed)]
fn a_header_whose_alg_is(#[case] header: &str, #[case] refusal: Refusal) {
    assert_eq!(verify([sep10()], &token_with_header(header)), refused(refusal));
}

#[rstest]
#[case::bit_flipped_in_signature(|t: String| flip_last_but(&t, 10), Refusal::Signature)]
#[case::signature_cut(|t: String| t[..t.len() - 4].to_owned(), Refusal::Signature)]
#[case::signature_cut_away(|t: String| t[..=t.rfind('.').unwrap()].to_owned(), Refusal::Signature)]
#[case::last_part_cut_away(|t: String| t[..t.rfind('.').unwrap()].to_owned(), Refusal::Malformed)]
#[case::trailing_padding(|t: String| t + "=", Refusal::Signature)]
#[case::leading_space(|t: String| format!(" {t}"), Refusal::Malformed)]
#[case::trailing_space(|t: String| t + " ", Refusal::Signature)]
#[case::trailing_newline(|t: String| t + "\n", Refusal::Signature)]
#[case::newline_in_claims(|t: String| t.replacen('.', ".\n", 1), Refusal::Malformed)]
#[case::padding_in_header(|t: String| t.replacen('.', "=.", 1), Refusal::Malformed)]
#[case::non_canonical_last_symbol(|t: String| next_last_symbol(&t), Refusal::Signature)]
#[case::trailing_dot(|t: String| t + ".", Refusal::Malformed)]
#[case::empty(|_| String::new(), Refusal::Malformed)]
#[case::dots_alone(|_| "..".to_owned(), Refusal::Malformed)]
fn auth_09_a_mangled_token(#[case] mangle: impl Fn(String) -> String, #[case] refusal: Refusal) {
    let token = Claims::valid().token();
    assert!(verify([sep10()], &token).is_ok());
    assert_eq!(verify([sep10()], &mangle(token)), refused(refusal));
}

fn flip_last_but(token: &str, distance: usize) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let position = bytes.len() - distance;
    bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}

/// The 43rd symbol of 32 bytes has two spare bits; the next symbol decodes to the same bytes if one lets it.
fn next_last_symbol(token: &str) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let last = bytes.last_mut().unwrap();
    assert!(b"AEIMQUYcgkosw048".contains(last));
    *last += 1;
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_non_canonical_last_symbol_of_the_header_is_refused_even_when_signed() {
    let header = base64url(r#"{"alg":"HS256" }"#);
    assert_eq!(header.len() % 4, 2, "the last symbol has four spare bits");
    let signed = format!("{}.{}", next_symbol(&header), base64url(Claims::valid().json()));
    let token = format!("{signed}.{}", base64url(mac(SECRET)(signed.as_bytes())));
    assert_eq!(verify([sep10()], &token), refused(Refusal::Malformed));
}

fn next_symbol(part: &str) -> String {
    let mut bytes = part.as_bytes().to_vec();
    *bytes.last_mut().unwrap() += 1;
    String::from_utf8(bytes).unwrap()
}

#[rstest]
#[case::path("\"../../../../dev/null\"", Refusal::Header)]
#[case::sql("\"' OR 1=1; --\"", Refusal::Header)]
#[case::sql_union("\"x' UNION SELECT 'secret'--\"", Refusal::Header)]
#[case::nul(r#""\u0000""#, Refusal::Header)]
#[case::ten_kib(&quoted(&"k".repeat(10_240)), Refusal::TooLong)]
#[case::one_kib(&quoted(&"k".repeat(1024)), Refusal::Header)]
#[case::empty("\"\"", Refusal::Header)]
#[case::null("null", Refusal::Malformed)]
#[case::number("5", Refusal::Malformed)]
fn auth_11_kid(#[case] kid: &str, #[case] refusal: Refusal) {
    assert_eq!(verify([sep10()], &token_with_header(&header_with(&format!(r#""kid":{kid}"#)))), refused(refusal));
}

#[rstest]
#[case::zip(r#""zip":"DEF""#)]
#[case::crit(r#""crit":["exp"]"#)]
#[case::crit_b64(r#""crit":["b64"],"b64":false"#)]
#[case::b64(r#""b64":false"#)]
#[case::enc(r#""enc":"A128GCM""#)]
#[case::cty_of_a_nested_token(r#""cty":"JWT""#)]
#[case::jwk(r#""jwk":{"kty":"oct","k":"AA"}"#)]
#[case::jku(r#""jku":"https://evil.example""#)]
#[case::x5u(r#""x5u":"https://evil.example""#)]
#[case::x5c(r#""x5c":["AA"]"#)]
fn a_header_that_asks_for_more(#[case] member: &str) {
    assert_eq!(verify([sep10()], &token_with_header(&header_with(member))), refused(Refusal::Header));
}

#[rstest]
#[case::access_token(r#"{"alg":"HS256","typ":"at+jwt"}"#)]
#[case::logout_token(r#"{"alg":"HS256","typ":"logout+jwt"}"#)]
#[case::empty(r#"{"alg":"HS256","typ":""}"#)]
fn auth_21_a_typ_of_another_purpose(#[case] header: &str) {
    assert_eq!(verify([sep10()], &token_with_header(header)), refused(Refusal::Header));
}

#[test]
fn a_header_or_claims_beyond_utf_8_are_refused() {
    let claims = Claims::valid().json();
    let header = b"{\"alg\":\"HS256\",\"x\":\"\x80\"}";
    for (header, claims) in [(&header[..], claims.as_bytes()), (HS256.as_bytes(), &b"{\"x\":\"\x80\"}"[..])] {
        let signed = format!("{}.{}", base64url(header), base64url(claims));
        let token = format!("{signed}.{}", base64url(mac(SECRET)(signed.as_bytes())));
        assert_eq!(verify([sep10()], &token), refused(Refusal::Malformed));
    }
}

#[test]
fn auth_13_jwe_in_five_parts() {
    let header = base64url(r#"{"alg":"dir","enc":"A128GCM"}"#);
    assert_eq!(verify([sep10()], &format!("{header}..AAAA.AAAA.AAAA")), refused(Refusal::Malformed));
}

#[rstest]
#[case::flattened(r#"{"protected":"H","payload":"P","signature":"S"}"#)]
#[case::general(r#"{"payload":"P","signatures":[{"protected":"H","signature":"S"}]}"#)]
#[case::with_dots(r#"{"protected":"H.P.S"}"#)]
fn auth_13_json_serialisation(#[case] shape: &str) {
    let token = Claims::valid().token();
    let parts: Vec<_> = token.split('.').collect();
    let token = shape.replace("\"H", &format!("\"{}", parts[0])).replace("\"P\"", &quoted(parts[1]));
    assert_eq!(verify([sep10()], &token.replace("\"S\"", &quoted(parts[2]))), refused(Refusal::Malformed));
}

#[rstest]
#[case::as_claims(Claims::valid().token())]
#[case::as_a_json_string(quoted(&Claims::valid().token()))]
fn auth_13_nested_token(#[case] inner: String) {
    assert_eq!(verify([sep10()], &forge(HS256, &inner, mac(SECRET))), refused(Refusal::Malformed));
}

#[rstest]
#[case::nine_kib(9 * 1024)]
#[case::a_hundred_kib(100 * 1024)]
fn auth_30_a_long_token(#[case] length: usize) {
    let token = Claims::valid().and("padding", &quoted(&"x".repeat(length * 3 / 4))).token();
    assert!(token.len() >= length);
    assert_eq!(verify([sep10()], &token), refused(Refusal::TooLong));
}

#[test]
fn auth_30_no_mac_of_a_long_token_is_computed() {
    // The secret is wrong too, and yet it is the length that is named.
    let claims = Claims::valid().and("padding", &quoted(&"x".repeat(9 * 1024))).json();
    assert_eq!(verify([sep10()], &forge(HS256, &claims, mac(b"wrong"))), refused(Refusal::TooLong));
}

#[test]
fn a_token_just_below_the_limit_is_still_read() {
    let short = Claims::valid().and("padding", &quoted(&"x".repeat(5_845))).token();
    assert!((8_000..=8_192).contains(&short.len()));
    assert!(verify([sep10()], &short).is_ok());
}

#[test]
fn deep_nesting_is_refused_without_harm() {
    let claims = Claims::valid().and("deep", &"[".repeat(5_000)).json();
    assert_eq!(verify([sep10()], &forge(HS256, &claims, mac(SECRET))), refused(Refusal::Malformed));
}
