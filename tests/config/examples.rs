//! The ready examples of `config/providers`, through everything that `kycd config check` looks at.

use std::fs;
use std::path::Path;

use rstest::rstest;

use crate::{CLIENT_KEY, Folder, REQUIRED, right};

#[rstest]
#[case::generic("generic-oidc.toml", "oidc", "oidc.secret", "a secret")]
#[case::keycloak("keycloak.toml", "keycloak", "keycloak.pem", CLIENT_KEY)]
#[case::challenger("challenger.toml", "challenger", "challenger.secret", "a secret")]
#[case::itsme("itsme.toml", "itsme", "itsme.secret", "a secret")]
fn an_example_is_right_as_it_stands(
    #[case] file: &str,
    #[case] name: &str,
    #[case] secret: &str,
    #[case] content: &str,
) {
    let text = fs::read_to_string(examples().join(file)).expect("an example");
    let folder = Folder::new();
    folder.put(secret, content, 0o600);
    let config = right(folder.serve(&text.replace("/etc/kycd", "{dir}"), &REQUIRED));
    assert_eq!(config.providers.keys().collect::<Vec<_>>(), [name]);
    kycd::app::check(&config).expect("it is right");
}

#[test]
fn every_example_is_tried() {
    let mut files: Vec<_> = fs::read_dir(examples())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    files.sort();
    assert_eq!(files, ["challenger.toml", "generic-oidc.toml", "itsme.toml", "keycloak.toml"]);
}

fn examples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/providers")
}
