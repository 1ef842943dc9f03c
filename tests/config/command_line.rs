//! The binary: what it prints, and how it exits.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use kycd::config::REFERENCE;
use kycd::domain::pii::Secret;
use kycd::vault::MasterKeys;
use rstest::rstest;

use crate::{Folder, REQUIRED};

fn kycd(folder: &Folder, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kycd"))
        .args(arguments.iter().map(|argument| folder.fill(argument)))
        .env_clear()
        .envs(folder.variables(variables))
        .current_dir(folder.path())
        .output()
        .expect("kycd starts")
}

fn exit_code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

#[test]
fn config_check_is_content_with_what_is_right() {
    let folder = Folder::new();
    folder.config("[customer_types.sep6]\nfields = [\"first_name\"]");
    let output = kycd(&folder, &["config", "check", "--config", "config.toml"], &REQUIRED);
    assert_eq!((exit_code(&output), output.stdout.as_slice()), (0, &b"the configuration is right\n"[..]));
}

#[test]
fn config_check_reports_everything_and_exits_with_2() {
    let folder = Folder::new();
    folder.config("[customer_types.sep6]\nfeilds = []\n[log]\nlevel = \"hunter2\"");
    let output = kycd(&folder, &["config", "check", "--config", "config.toml"], &REQUIRED[1..]);
    assert_eq!(exit_code(&output), 2);
    assert!(output.stdout.is_empty());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "server.public_url: is required\n\
         config.toml:2:1: customer_types.sep6.feilds: unknown key; known here: choices, decision, fields, optional_fields, \
         provider, verify\n\
         config.toml:4:1: log.level: must be \"error\" or \"warn\" or \"info\" or \"debug\" or \"trace\"\n\n\
         `kycd config reference` explains every key.\n"
    );
}

#[test]
fn config_reference_prints_the_reference() {
    let output = kycd(&Folder::new(), &["config", "reference"], &[]);
    assert_eq!((exit_code(&output), output.stdout.as_slice()), (0, REFERENCE.as_bytes()));
}

#[rstest]
#[case::serve(&["serve"])]
#[case::migrate(&["migrate"])]
#[case::config_check(&["config", "check"])]
fn a_command_that_needs_the_configuration_exits_with_2_without_one(#[case] arguments: &[&str]) {
    assert_eq!(exit_code(&kycd(&Folder::new(), arguments, &[])), 2);
}

#[rstest]
#[case::nothing(&[])]
#[case::unknown_command(&["fly"])]
#[case::unknown_option(&["serve", "--fast"])]
#[case::dev_beyond_loopback(&["dev", "--listen", "0.0.0.0:8000"])]
#[case::dev_operator_beyond_loopback(&["dev", "--operator-listen", "[::]:8001"])]
#[case::token_without_account(&["token"])]
#[case::token_for_no_account(&["token", "--account", "alice"])]
#[case::token_with_a_text_memo(&["token", "--account", "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX", "--memo", "a"])]
#[case::token_with_a_bad_ttl(&["token", "--account", "GAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB7JZX", "--ttl", "1"])]
#[case::two_installations(&["operator-key", "list", "--data-dir", "a", "--config", "b"])]
#[case::operator_key_without_name(&["operator-key", "create"])]
fn a_wrong_command_line_exits_with_2(#[case] arguments: &[&str]) {
    assert_eq!(exit_code(&kycd(&Folder::new(), arguments, &[])), 2);
}

#[test]
fn keys_generate_makes_a_private_file_that_the_vault_reads() {
    let folder = Folder::new();
    let output = kycd(&folder, &["keys", "generate", "--out", "{dir}/new/keys", "--kid", "k2"], &[]);
    assert_eq!(
        (exit_code(&output), String::from_utf8(output.stdout).unwrap()),
        (0, folder.fill("{dir}/new/keys/k2.key\n"))
    );
    let path = folder.path().join("new/keys/k2.key");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(path.as_path()), mode(path.parent().unwrap())), (0o600, 0o700));
    let content = fs::read_to_string(&path).unwrap();
    assert!(content.starts_with("k2:"));
    assert!(MasterKeys::parse([&Secret::new(content.trim_end().to_owned())]).is_ok());
    let file = format!("[\"{}\"]", path.display());
    let variables = [REQUIRED[0], REQUIRED[1], ("KYCD_KEYS__MASTER_KEY_FILES", file.as_str())];
    assert_eq!(exit_code(&kycd(&folder, &["config", "check"], &variables)), 0);
}

#[test]
fn keys_generate_never_overwrites() {
    let folder = Folder::new();
    assert_eq!(exit_code(&kycd(&folder, &["keys", "generate", "--out", "keys"], &[])), 0);
    let path = folder.path().join("keys/master-1.key");
    let first = fs::read(&path).unwrap();
    let output = kycd(&folder, &["keys", "generate", "--out", "keys"], &[]);
    assert_eq!(exit_code(&output), 1);
    assert!(String::from_utf8(output.stderr).unwrap().contains("is there already"));
    assert_eq!(fs::read(&path).unwrap(), first);
    assert_eq!(exit_code(&kycd(&folder, &["keys", "generate", "--out", "keys", "--kid", "master-2"], &[])), 0);
    assert_ne!(fs::read(folder.path().join("keys/master-2.key")).unwrap()[9..], first[9..]);
}

#[rstest]
#[case::path("../x")]
#[case::colon("a:b")]
#[case::empty("")]
fn keys_generate_refuses_a_name(#[case] kid: &str) {
    let folder = Folder::new();
    assert_eq!(exit_code(&kycd(&folder, &["keys", "generate", "--out", "keys", "--kid", kid], &[])), 1);
    assert!(!folder.path().join("keys").exists());
}
