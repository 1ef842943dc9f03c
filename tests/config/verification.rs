//! `[verification.CHANNEL]`, and the types that need it.

use kycd::config::{Sender, SmtpTls};
use rstest::rstest;

use crate::{Folder, at, right};

const MAIL: &str = "[verification.email]\nkind = \"smtp\"\nhost = \"smtp.example.com\"\nfrom = \"kyc@example.com\"\n";

#[rstest]
#[case::no_kind("[verification.email]\nhost = \"x\"", "1:15: verification.email.kind: is required")]
#[case::no_such_kind(
    "[verification.email]\nkind = \"pigeon\"",
    "2:1: verification.email.kind: must be \"smtp\" or \"gateway\" or \"print\""
)]
#[case::mail_to_a_phone(
    "[verification.phone]\nkind = \"smtp\"",
    "2:1: verification.phone.kind: must be \"gateway\" or \"print\""
)]
#[case::printing(
    "[verification.phone]\nkind = \"print\"",
    "2:1: verification.phone.kind: \"print\" shows codes to whoever reads the screen: it is for `kycd dev` alone"
)]
#[case::no_such_channel(
    "[verification.fax]\nkind = \"gateway\"",
    "1:15: verification.fax: unknown key; known here: email, phone"
)]
#[case::key_of_another_kind(
    "[verification.phone]\nkind = \"gateway\"\nurl = \"https://sms.example.com\"\nhost = \"x\"",
    "4:1: verification.phone.host: unknown key; known here: kind, token_file, url"
)]
#[case::gateway_in_clear(
    "[verification.phone]\nkind = \"gateway\"\nurl = \"http://localhost/sms\"",
    "3:1: verification.phone.url: must be an https URL"
)]
#[case::token_that_is_no_header(
    "[verification.phone]\nkind = \"gateway\"\nurl = \"https://sms.example.com\"\ntoken_file = \"{dir}/smtp.secret\"",
    "4:1: verification.phone.token_file: the secret must be ASCII without blanks"
)]
fn a_sender_that_is_wrong_is_reported(#[case] toml: &str, #[case] expected: &str) {
    let folder = Folder::new();
    assert_eq!(folder.serve_problems(toml), [at(expected)]);
}

#[rstest]
#[case::in_clear_to_elsewhere("tls = \"none\"", "tls: \"none\" is for localhost, 127.0.0.1 and ::1 alone")]
#[case::no_such_tls("tls = \"maybe\"", "tls: must be \"implicit\" or \"starttls\" or \"none\"")]
#[case::port_of_nothing("port = 0", "port: must be a port, 1 to 65535")]
#[case::port_beyond("port = 65536", "port: must be a port, 1 to 65535")]
#[case::user_alone("user = \"kycd\"", "user: user and password_file go together")]
#[case::password_alone("password_file = \"{dir}/smtp.secret\"", "user: user and password_file go together")]
#[case::password_inline(
    "user = \"kycd\"\npassword_file = \"{dir}/smtp.secret\"\npassword = \"hunter2\"",
    "password: unknown key; known here: from, host, kind, password_file, port, tls, user"
)]
fn a_mail_server_that_is_wrong_is_reported(#[case] line: &str, #[case] expected: &str) {
    let folder = Folder::new();
    let problems = folder.serve_problems(&format!("{MAIL}{line}"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].ends_with(&format!("verification.email.{expected}")), "{problems:?}");
}

#[rstest]
#[case::a_url("https://smtp.example.com")]
#[case::a_port("smtp.example.com:465")]
#[case::a_blank("smtp example")]
fn a_mail_server_has_a_name(#[case] host: &str) {
    let folder = Folder::new();
    let problems = folder.serve_problems(&MAIL.replace("smtp.example.com", host));
    assert_eq!(problems, ["config.toml:3:1: verification.email.host: must be a host name, like \"smtp.example.com\""]);
}

#[test]
fn ports_follow_from_the_kind_of_tls() {
    let folder = Folder::new();
    for (tls, kind, port) in
        [("implicit", SmtpTls::Implicit, 465), ("starttls", SmtpTls::StartTls, 587), ("none", SmtpTls::None, 25)]
    {
        let toml = format!("{MAIL}tls = \"{tls}\"").replace("smtp.example.com", "localhost");
        let config = right(folder.serve(&toml, &crate::REQUIRED));
        let Some(Sender::Smtp(smtp)) = config.verification.email else { panic!("no mail server") };
        assert_eq!((smtp.tls, smtp.port), (kind, port));
    }
}

#[rstest]
#[case::without_a_sender(
    "fields = [\"mobile_number\"]\nverify = [\"mobile_number\"]",
    "verify[0]: needs a sender: give verification.phone"
)]
#[case::not_asked("verify = [\"email_address\"]", "verify[0]: is not among the fields of this type")]
#[case::a_name(
    "fields = [\"first_name\"]\nverify = [\"first_name\"]",
    "verify[0]: holds nothing that a code can be sent to, no e-mail address or phone number"
)]
#[case::a_number_of_the_bank(
    "fields = [\"bank_phone_number\"]\nverify = [\"bank_phone_number\"]",
    "verify[0]: holds nothing that a code can be sent to, no e-mail address or phone number"
)]
#[case::a_custom_number(
    "fields = [\"acme.phone\"]\nverify = [\"acme.phone\"]\n[custom_fields.\"acme.phone\"]\ntype = \"string\"\ndescription = \"Phone\"\nformat = \"phone\"",
    "verify[0]: needs a sender: give verification.phone"
)]
fn a_type_verifies_what_codes_can_be_sent_to(#[case] sep6: &str, #[case] expected: &str) {
    let folder = Folder::new();
    let problems = folder.serve_problems(&format!("{MAIL}[customer_types.sep6]\n{sep6}"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].ends_with(&format!("customer_types.sep6.{expected}")), "{problems:?}");
}

#[test]
fn a_number_that_may_be_a_hash_is_not_verified() {
    let folder = Folder::new();
    let toml = "[verification.phone]\nkind = \"gateway\"\nurl = \"https://sms.example.com\"\n\
                [customer_types.sep6]\nfields = [\"mobile_number\"]\nverify = [\"mobile_number\"]\n\
                [customer_types.sep31]\noptional_fields = [\"mobile_number_format\"]\n";
    let problems = folder.serve_problems(toml);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("customer_types: a type that asks for mobile_number_format"), "{problems:?}");
}

#[test]
fn dev_prints_codes_unless_it_is_told_something_else() {
    let folder = Folder::new();
    let config = right(folder.dev("", &[]));
    assert!(matches!(config.verification.email, Some(Sender::Print)));
    assert!(matches!(config.verification.phone, Some(Sender::Print)));
    let config = right(folder.dev(MAIL, &[]));
    assert!(matches!(config.verification.email, Some(Sender::Smtp(_))));
    assert!(matches!(config.verification.phone, Some(Sender::Print)));
}
