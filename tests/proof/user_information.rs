//! What the user information endpoint may answer, and what comes of it: OA-10.

use kycd::proof::oauth2::SuccessTest;
use rstest::rstest;
use serde_json::{Value, json};

use crate::provider::{ACCESS_TOKEN, Document, Endpoint, Mode, Reply, claims};
use crate::{Setting, Told, nonsense, path, prove, verified};

fn userinfo(reply: Reply) -> Mode {
    Mode::Answers(Endpoint::Userinfo, reply)
}

/// An object that is nested so deeply, itself counted.
fn nested(depth: usize) -> Value {
    let mut value = claims();
    value["nested"] = (2..depth).fold(json!([]), |inner, _| json!([inner]));
    value
}

#[rstest]
#[case::unauthorized(userinfo(Reply::Json(401, json!({}))), "the user information endpoint answered 401")]
#[case::redirect(
    userinfo(Reply::Redirect("/elsewhere".to_owned())),
    "the user information endpoint answered 302"
)]
#[case::array(
    userinfo(Reply::Json(200, json!([claims()]))),
    "the user information endpoint answered 200 with JSON that is no object"
)]
#[case::fifty_deep(
    userinfo(Reply::Json(200, nested(50))),
    "the user information endpoint answered 200 with JSON that is nested too deeply"
)]
#[case::one_too_deep(
    userinfo(Reply::Json(200, nested(33))),
    "the user information endpoint answered 200 with JSON that is nested too deeply"
)]
#[case::ten_thousand_deep(
    userinfo(Reply::Typed("application/json", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)))),
    "the user information endpoint answered 200 with broken JSON"
)]
#[case::ten_megabytes(
    userinfo(Reply::Huge(10 * 1024 * 1024)),
    "the user information endpoint cannot be asked: the peer's answer is too large"
)]
#[case::missing_sub(Mode::Omits(Document::Claims, "sub"), "the user information is not that of the ID token's user")]
#[case::other_sub(
    Mode::Says(Document::Claims, "sub", json!("user-2")),
    "the user information is not that of the ID token's user"
)]
#[case::nul_in_name(
    Mode::Says(Document::Claims, "given_name", json!("Ada\u{0}")),
    "the claim given_name does not fit its field"
)]
#[case::bidi_in_name(
    Mode::Says(Document::Claims, "given_name", json!("Ada\u{202e}")),
    "the claim given_name does not fit its field"
)]
#[tokio::test]
async fn nonsense_of_the_user_information_endpoint_verifies_nobody(#[case] mode: Mode, #[case] reason: &'static str) {
    assert_eq!(Setting::openid().await.misbehaving(mode).prove().await, nonsense(reason));
}

#[rstest]
#[case::missing(Mode::Omits(Document::Claims, "sub"))]
#[case::null(Mode::Says(Document::Claims, "sub", json!(null)))]
#[case::empty(Mode::Says(Document::Claims, "sub", json!("")))]
#[case::a_boolean(Mode::Says(Document::Claims, "sub", json!(true)))]
#[case::a_fraction(Mode::Says(Document::Claims, "sub", json!(1.5)))]
#[case::an_object(Mode::Says(Document::Claims, "sub", json!({ "id": 1 })))]
#[case::too_long(Mode::Says(Document::Claims, "sub", json!("x".repeat(256))))]
#[case::with_a_line_break(Mode::Says(Document::Claims, "sub", json!("a\nb")))]
#[tokio::test]
async fn a_user_without_a_usable_name_is_not_verified(#[case] mode: Mode) {
    let reason = "the claim that names the user is missing or unusable";
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, nonsense(reason));
}

#[rstest]
#[case::an_integer("sub", json!(12_345), "12345")]
#[case::the_longest("sub", json!("x".repeat(255)), &"x".repeat(255))]
#[case::elsewhere("account.id", json!({ "id": "a-7" }), "a-7")]
#[tokio::test]
async fn the_subject_is_read_where_the_operator_says(
    #[case] at: &'static str,
    #[case] value: Value,
    #[case] subject: &str,
) {
    let mut setting = Setting::plain().await;
    setting.settings.subject = path(at);
    let member = at.split('.').next().unwrap();
    let told = setting.misbehaving(Mode::Says(Document::Claims, member, value)).prove().await;
    let Told::Verified { subject: read, .. } = told else { panic!("{told:?}") };
    assert_eq!(read, subject);
}

#[tokio::test]
async fn thirty_two_levels_are_read() {
    let mode = userinfo(Reply::Json(200, nested(32)));
    assert_eq!(Setting::plain().await.misbehaving(mode).prove().await, verified());
}

#[tokio::test]
async fn the_access_token_is_shown_to_the_user_information_endpoint() {
    let (server, provider) = Setting::plain().await.provider();
    assert_eq!(prove(&server, &provider).await, verified());
    let [request] = server.received("/userinfo").try_into().unwrap();
    assert_eq!(request.authorization, Some(format!("Bearer {ACCESS_TOKEN}")));
}

#[tokio::test]
async fn user_information_is_asked_for_again_when_the_connection_fails() {
    let (server, provider) = Setting::plain().await.misbehaving(userinfo(Reply::HangsUpOnce)).provider();
    assert_eq!(prove(&server, &provider).await, verified());
    assert_eq!((server.received("/userinfo").len(), server.received("/token").len()), (2, 1));
}

#[rstest]
#[case::yes(json!("success"), verified())]
#[case::no(json!("error"), Told::Refused)]
#[case::another_type(json!(true), Told::Refused)]
#[case::null(json!(null), nonsense("the claim that tells success is missing"))]
#[case::an_object(json!({}), nonsense("the claim that tells success is missing"))]
#[tokio::test]
async fn a_provider_can_say_no(#[case] status: Value, #[case] told: Told) {
    let mut setting = Setting::plain().await;
    setting.settings.success = Some(SuccessTest { path: path("status"), equals: "success".to_owned() });
    assert_eq!(setting.misbehaving(Mode::Says(Document::Claims, "status", status)).prove().await, told);
}
