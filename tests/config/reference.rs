//! The reference is true: it gives the defaults, it loads, and it has every key.

use std::collections::{BTreeMap, BTreeSet};

use kycd::config::{Config, Problems, REFERENCE};

use crate::values::describe;
use crate::{Folder, REQUIRED, right};

/// The reference with its examples switched on: lines that begin with `#` and no space.
pub(crate) fn examples(folder: &Folder) -> String {
    let lines = REFERENCE.lines().map(|line| match line.strip_prefix('#') {
        Some(example) if !example.is_empty() && !example.starts_with(' ') => example,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n").replace("/etc/kycd", &folder.fill("{dir}"))
}

fn loaded(config: Result<Config, Problems>) -> String {
    describe(&right(config))
}

#[test]
fn the_reference_gives_the_defaults_of_serve() {
    let folder = Folder::new();
    // Without types a default type may not be named, but it is the default.
    let with_type = [&REQUIRED[..], &[("KYCD_CUSTOMER_TYPES__SEP6__FIELDS", "[]")]].concat();
    assert_eq!(loaded(folder.serve(REFERENCE, &with_type)), loaded(folder.serve("", &with_type)));
}

#[test]
fn the_examples_load() {
    let folder = Folder::new();
    let config = right(folder.dev(&examples(&folder), &[]));
    assert_eq!(config.token_issuers.len(), 5, "four and that of dev");
    assert_eq!(config.providers.keys().collect::<Vec<_>>(), ["assured", "eid", "other", "sandbox"]);
    assert_eq!(config.providers["eid"].claims.len(), 4);
}

#[test]
fn what_the_examples_call_a_default_is_one() {
    let folder = Folder::new();
    let text = examples(&folder);
    let defaults = [
        "tls = \"implicit\"",
        "port = 465",
        "decision = \"auto\"",
        "max_lifetime = \"24h\"",
        "client_auth = \"client_secret_basic\"",
        "scopes = [\"openid\", \"profile\", \"email\"]",
        "client_assertion_audience = \"issuer\"",
        "par = \"auto\"",
        "pkce = \"require\"",
        "response_mode = \"query\"",
        "userinfo = \"json\"",
        "userinfo_method = \"GET\"",
        "allow_without_pkce = false",
        "browser_binding = \"strict\"",
        "identity_reuse = \"review\"",
        "validity = \"365d\"",
        "failure_limit = 5",
        "failure_pause = \"30s\"",
    ];
    let mut without = text.clone();
    for line in defaults {
        assert_eq!(text.matches(line).count(), 1, "{line}");
        without = without.replace(line, "");
    }
    assert_eq!(loaded(folder.dev(&without, &[])), loaded(folder.dev(&text, &[])));
}

#[test]
fn the_reference_has_every_key_that_is_known_and_no_other() {
    let folder = Folder::new();
    let text = examples(&folder);
    let mut documented = BTreeMap::new();
    collect("", &text.parse::<toml::Table>().unwrap(), &mut documented);
    assert_eq!(known_keys(&folder, &text), documented);
}

/// Asks for the keys of every table by putting an unknown one into it.
fn known_keys(folder: &Folder, text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut probed = String::from("zzz = 0\n");
    for line in text.lines() {
        let inline = ["{ field", "{ claim", "{ trust"];
        probed +=
            &inline.iter().fold(line.to_owned(), |line, open| line.replace(open, &open.replace("{ ", "{ zzz = 0, ")));
        probed += if line.starts_with('[') && ![".claims]", ".choices]"].iter().any(|open| line.ends_with(open)) {
            "\nzzz = 0\n"
        } else {
            "\n"
        };
    }
    let mut known = BTreeMap::<String, BTreeSet<String>>::new();
    for line in folder.dev_problems(&probed) {
        let (key, keys) = line.split_once(": unknown key; known here: ").expect("nothing else is wrong");
        let table = key.rsplit(": ").next().expect("a key").trim_end_matches("zzz").trim_end_matches('.');
        known.entry(shape(table)).or_default().extend(keys.split(", ").map(str::to_owned));
    }
    known
}

/// Collects the keys of a table and those below, by the shape of their path.
fn collect(path: &str, table: &toml::Table, into: &mut BTreeMap<String, BTreeSet<String>>) {
    if !is_open(path) {
        into.entry(path.to_owned()).or_default().extend(table.keys().cloned());
    }
    for (key, value) in table {
        let key = if is_open(path) { "*" } else { key };
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match value {
            toml::Value::Table(table) => collect(&path, table, into),
            toml::Value::Array(elements) => {
                elements.iter().filter_map(toml::Value::as_table).for_each(|table| collect(&path, table, into));
            }
            _ => {}
        }
    }
}

/// Whether the keys of a table are names.
fn is_open(path: &str) -> bool {
    [
        "custom_fields",
        "customer_types",
        "customer_types.*.choices",
        "providers",
        "providers.*.claims",
        "providers.*.authorize_parameters",
    ]
    .contains(&path)
}

/// Takes indices and names out of a path.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    // What is quoted is one name, whatever it holds.
    let parts = path.split('"').enumerate();
    let path: String = parts.map(|(index, part)| if index % 2 == 1 { "quoted" } else { part }).collect();
    for member in path.split('.').filter(|member| !member.is_empty()) {
        let member = member.split('[').next().expect("a name");
        let member = if is_open(&shape) { "*" } else { member };
        shape = if shape.is_empty() { member.to_owned() } else { format!("{shape}.{member}") };
    }
    shape
}
