//! Files that cannot be read, secrets, and what never stands in a message.

use kycd::config::{ClientAuth, Config, IssuerKey};
use rstest::rstest;

use crate::{Folder, REQUIRED, right};

/// What must not be seen.
const CANARY: &str = "c4n4ry-hunter2-c4n4ry";

const ISSUER: &str =
    "[[token_issuers]]\nkind = \"sep10\"\nissuer = \"https://a.example/auth\"\nalgorithm = \"HS256\"\n";

#[rstest]
#[case::value_without_quotes("[database]\nurl = c4n4ry-hunter2-c4n4ry\n", "config.toml:2:7: not TOML: ")]
#[case::line_without_value("[database]\n\nc4n4ry-hunter2-c4n4ry\n", "config.toml:3:22: not TOML: ")]
#[case::open_text("[database]\nurl = \"c4n4ry-hunter2-c4n4ry\n", "config.toml:2:29: not TOML: ")]
#[case::open_table("[c4n4ry-hunter2-c4n4ry\n", "config.toml:1:23: not TOML: ")]
#[case::duplicate_key(
    "[database]\nurl = \"c4n4ry-hunter2-c4n4ry\"\nurl = \"c4n4ry-hunter2-c4n4ry\"",
    "config.toml:3:1: not TOML: "
)]
#[case::date("a = 2024-02-30T99:c4n4ry-hunter2-c4n4ry", "config.toml:1:")]
fn a_mistake_of_syntax_names_its_place_alone(#[case] toml: &str, #[case] expected: &str) {
    let problems = Folder::new().serve_problems(toml);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with(expected), "{problems:?}");
    assert!(!problems[0].contains("hunter2"), "{problems:?}");
}

#[test]
fn columns_count_characters() {
    assert!(Folder::new().serve_problems("a = [\"äöü\", x]")[0].starts_with("config.toml:1:13: not TOML: "));
}

#[test]
fn a_file_that_is_missing_or_not_text_is_reported() {
    let folder = Folder::new();
    let path = folder.path().join("config.toml");
    let lines = || folder.lines(Config::load(Some(&path), []).err());
    assert_eq!(lines(), ["config.toml: the file cannot be read: entity not found"]);
    folder.put("config.toml", b"a = \"\xff\"", 0o644);
    assert_eq!(lines(), ["config.toml: the file is not UTF-8"]);
}

#[test]
fn no_value_of_any_key_stands_in_a_message() {
    let folder = Folder::new();
    let text = crate::reference::examples(&folder);
    let mut replaced = 0;
    for (index, line) in text.lines().enumerate() {
        let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
        for value in [format!("\"{CANARY}\""), CANARY.to_owned(), format!("[\"{CANARY}\", 1]"), format!("\"{CANARY}")] {
            let mut lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
            lines[index] = format!("{key} = {value}");
            let toml = lines.join("\n");
            for problems in [folder.serve_problems(&toml), folder.dev_problems(&toml)] {
                assert!(!problems.join("\n").contains("hunter2"), "{problems:?}");
                replaced += usize::from(!problems.is_empty());
            }
        }
    }
    assert!(replaced > 300, "only {replaced} mistakes were made");
}

#[rstest]
#[case::not_toml("KYCD_DATABASE__URL", "c4n4ry-hunter2-c4n4ry")]
#[case::wrong("KYCD_DATABASE__URL", "\"c4n4ry-hunter2-c4n4ry\"")]
#[case::unknown("KYCD_DATABASE__PASSWORD", "\"c4n4ry-hunter2-c4n4ry\"")]
fn no_value_of_a_variable_stands_in_a_message(#[case] name: &str, #[case] value: &str) {
    let folder = Folder::new();
    let problems = folder.lines(folder.serve("", &[(name, value)]).err()).join("\n");
    assert!(problems.contains(name) && !problems.contains("hunter2"), "{problems}");
}

#[rstest]
#[case::no_newline("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef")]
#[case::one_newline("0123456789abcdef0123456789abcdef\n", "0123456789abcdef0123456789abcdef")]
#[case::two_newlines("0123456789abcdef0123456789abcdef\n\n", "0123456789abcdef0123456789abcdef\n")]
#[case::spaces(" 0123456789abcdef0123456789abcdef ", " 0123456789abcdef0123456789abcdef ")]
fn a_secret_is_the_bytes_of_its_file_less_one_newline(#[case] content: &str, #[case] expected: &str) {
    let folder = Folder::new();
    folder.put("jwt.secret", content, 0o600);
    let config = folder.serve(&format!("{ISSUER}secret_file = \"{{dir}}/jwt.secret\""), &REQUIRED);
    let issuer = right(config).token_issuers.remove(0);
    assert!(matches!(issuer.key, IssuerKey::Secret(secret) if secret.expose() == expected.as_bytes()));
}

#[rstest]
#[case::read_by_others(0o604)]
#[case::read_by_everybody(0o644)]
#[case::docker_default(0o444)]
#[case::written_by_others(0o602)]
#[case::executed_by_others(0o601)]
#[case::written_by_the_group(0o660)]
fn serve_refuses_a_secret_file_that_is_not_private(#[case] mode: u32) {
    let folder = Folder::new();
    folder.put("master-1.key", "m1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", mode);
    folder.put("signing.seed", "SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKI", mode);
    folder.put("jwt.secret", "0123456789abcdef0123456789abcdef", mode);
    folder.put("eid.secret", "x", mode);
    let toml = "[keys]\nmaster_key_files = [\"{dir}/master-1.key\"]\nsigning_key_file = \"{dir}/signing.seed\"\n\
        [providers.eid]\nkind = \"oauth2\"\nissuer = \"https://eid.example.com\"\nclient_id = \"kycd\"\n\
        client_secret_file = \"{dir}/eid.secret\"\n";
    let toml = format!("{toml}{ISSUER}secret_file = \"{{dir}}/jwt.secret\"");
    let fault = "others can read or change the file: its mode must be 0600, 0400 or 0440";
    let expected = [
        "2:21: keys.master_key_files[0]",
        "3:1: keys.signing_key_file",
        "8:1: providers.eid.client_secret_file",
        "13:1: token_issuers[0].secret_file",
    ];
    assert_eq!(folder.serve_problems(&toml), expected.map(|place| format!("config.toml:{place}: {fault}")));
    assert_eq!(folder.dev_problems(&toml), [""; 0]);
}

#[rstest]
#[case::owner_alone(0o600)]
#[case::owner_reads(0o400)]
#[case::group_reads(0o440)]
fn serve_takes_a_private_secret_file(#[case] mode: u32) {
    let folder = Folder::new();
    folder.put("jwt.secret", "0123456789abcdef0123456789abcdef", mode);
    assert_eq!(folder.serve_problems(&format!("{ISSUER}secret_file = \"{{dir}}/jwt.secret\"")), [""; 0]);
}

#[rstest]
#[case::missing("{dir}/nothing", "the file cannot be read: entity not found")]
#[case::folder("{dir}", "is not a regular file")]
#[case::device("/dev/null", "is not a regular file")]
#[case::empty("{dir}/empty", "the file is empty")]
#[case::newline_alone("{dir}/newline", "the file is empty")]
#[case::too_large("{dir}/large", "the file is too large for a secret (64 KiB)")]
#[case::too_short("{dir}/short", "a secret of HS256 has at least 32 bytes")]
fn refuses_a_secret_file(#[case] path: &str, #[case] fault: &str) {
    let folder = Folder::new();
    folder.put("empty", "", 0o600);
    folder.put("newline", "\n", 0o600);
    folder.put("large", vec![b'x'; 65_537], 0o600);
    folder.put("short", "0123456789abcdef0123456789abcde\n", 0o600);
    let problems = folder.serve_problems(&format!("{ISSUER}secret_file = \"{path}\""));
    assert_eq!(problems, [format!("config.toml:5:1: token_issuers[0].secret_file: {fault}")]);
}

#[test]
fn a_client_secret_and_a_master_key_are_text() {
    let folder = Folder::new();
    folder.put("eid.secret", b"\xff", 0o600);
    let toml = "[keys]\nmaster_key_files = [\"{dir}/eid.secret\"]\n[providers.eid]\nkind = \"oauth2\"\n\
        issuer = \"https://eid.example.com\"\nclient_id = \"kycd\"\nclient_secret_file = \"{dir}/eid.secret\"\n";
    assert_eq!(
        folder.serve_problems(toml),
        [
            "config.toml:2:21: keys.master_key_files[0]: the secret is not UTF-8",
            "config.toml:7:1: providers.eid.client_secret_file: the secret is not UTF-8",
        ]
    );
}

#[rstest]
#[case::account("GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX")]
#[case::checksum("SAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6NKA")]
#[case::nonsense("seed")]
fn a_signing_key_is_a_stellar_seed(#[case] content: &str) {
    let folder = Folder::new();
    folder.put("signing.seed", content, 0o600);
    let problems = folder.serve_problems("[keys]\nsigning_key_file = \"{dir}/signing.seed\"\n# master_key_files");
    assert!(
        problems.contains(&"config.toml:2:1: keys.signing_key_file: the file must hold a Stellar seed, S…".to_owned())
    );
}

#[test]
fn dev_takes_a_secret_of_any_length_in_the_file_itself() {
    let folder = Folder::new();
    let toml = format!("{ISSUER}secret = \"short\"\n[providers.sandbox]\nclient_secret = \"other\"");
    let config = right(folder.dev(&toml, &[]));
    assert!(matches!(&config.token_issuers[0].key, IssuerKey::Secret(secret) if secret.expose() == b"short"));
    let auth = &config.providers["sandbox"].client_auth;
    assert!(matches!(auth, ClientAuth::SecretBasic(secret) if secret.expose() == "other"));
}

#[test]
fn a_secret_is_given_once() {
    let problems = Folder::new().dev_problems(&format!("{ISSUER}secret = \"a\"\nsecret_file = \"{{dir}}/jwt.secret\""));
    assert_eq!(problems, ["config.toml:5:1: token_issuers[0].secret: the secret stands in a file already"]);
}
