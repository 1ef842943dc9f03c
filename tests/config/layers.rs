//! Which layer wins: defaults, file, environment.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use kycd::config::{Config, Endpoints, LogFormat, Mode};
use rstest::rstest;

use crate::{Folder, REQUIRED, right};

fn serve(toml: &str, variables: &[(&str, &str)]) -> Config {
    let variables = [&REQUIRED, variables].concat();
    right(Folder::new().serve(toml, &variables))
}

fn dev(toml: &str, variables: &[(&str, &str)]) -> Config {
    right(Folder::new().dev(toml, variables))
}

fn problems(toml: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let folder = Folder::new();
    folder.lines(folder.serve(toml, &[&REQUIRED, variables].concat()).err())
}

#[test]
fn the_environment_alone_is_enough() {
    let folder = Folder::new();
    let config = right(Config::load(None, folder.variables(&REQUIRED)));
    assert_eq!(config.mode, Mode::Serve);
    assert_eq!(config.server.public_url.as_str(), "https://kyc.example.com/");
}

#[rstest]
#[case::upper("KYCD_SERVER__LISTEN")]
#[case::lower("kycd_server__listen")]
#[case::mixed("Kycd_Server__Listen")]
#[case::dash("KYCD-SERVER__LISTEN")]
fn a_variable_covers_the_file(#[case] name: &str) {
    let config = serve("[server]\nlisten = \"127.0.0.1:1\"", &[(name, "\"127.0.0.1:2\"")]);
    assert_eq!(config.server.listen.port(), 2);
}

#[test]
fn what_kubernetes_says_of_a_service_of_our_name_is_not_meant_for_us() {
    let of_a_service = [
        ("KYCD_SERVICE_HOST", "10.0.0.11"),
        ("KYCD_SERVICE_PORT", "8000"),
        ("KYCD_SERVICE_PORT_HTTP", "8000"),
        ("KYCD_PORT", "tcp://10.0.0.11:8000"),
        ("KYCD_PORT_8000_TCP", "tcp://10.0.0.11:8000"),
        ("KYCD_PORT_8000_TCP_PROTO", "tcp"),
    ];
    assert_eq!(problems("", &of_a_service), [""; 0]);
    assert_eq!(problems("", &[("KYCD_SERVER_LISTEN", "\"0.0.0.0:1\"")]).len(), 1, "a slip is none of them");
}

#[test]
fn a_variable_finds_a_name_with_a_dash_or_another_case() {
    let toml = "[customer_types.sep6]\n[customer_types.sep31-sender]\nfields = [\"address\"]\n\
        [providers.my-eid]\nkind = \"oauth2\"\nissuer = \"https://a.example\"\nclient_auth = \"none\"\n\
        [providers.my-eid.claims]\nfamilyName = \"last_name\"";
    let config = serve(
        toml,
        &[
            ("KYCD_CUSTOMER_TYPES__SEP31_SENDER__OPTIONAL_FIELDS", "[\"city\"]"),
            ("KYCD_PROVIDERS__MY_EID__CLIENT_ID", "\"kycd\""),
            ("KYCD_PROVIDERS__MY_EID__CLAIMS__FAMILYNAME__FIELD", "\"additional_name\""),
        ],
    );
    let sender = &config.customers.types["sep31-sender"];
    assert_eq!(
        (sender.fields.as_slice(), sender.optional_fields.as_slice()),
        (&["address".to_owned()][..], &["city".to_owned()][..])
    );
    assert_eq!(config.providers["my-eid"].client_id, "kycd");
    assert_eq!(config.providers["my-eid"].claims[0].path, "familyName");
    assert_eq!(config.providers["my-eid"].claims[0].field, "additional_name");
}

#[test]
fn a_variable_makes_what_no_file_has() {
    let config = serve(
        "",
        &[
            ("KYCD_CUSTOMER_TYPES__SEP6__FIELDS", "[\"first_name\"]"),
            (
                "KYCD_TOKEN_ISSUERS",
                "[{ kind = \"sep10\", issuer = \"https://a.example\", algorithm = \"HS256\", secret_file = \"{dir}/jwt.secret\" }]",
            ),
            ("KYCD_LOG", "{ format = \"text\", level = \"warn\" }"),
            ("KYCD_LOG__LEVEL", "\"debug\""),
            ("KYCD_DATABASE__MIGRATE", " false "),
        ],
    );
    assert_eq!(config.customers.types["sep6"].fields, ["first_name"]);
    assert_eq!(config.token_issuers.len(), 1);
    assert_eq!((config.log.format, config.log.level), (LogFormat::Text, tracing::Level::DEBUG));
    assert!(!config.database.migrate);
}

#[test]
fn a_variable_replaces_an_array_whole() {
    let config = serve(
        "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"192.168.0.0/16\"]",
        &[("KYCD_SERVER__TRUSTED_PROXIES", "[\"::1/128\"]")],
    );
    assert_eq!(config.server.trusted_proxies, ["::1/128".parse().unwrap()]);
}

#[rstest]
#[case::unknown(
    "KYCD_FOO",
    "1",
    "KYCD_FOO: foo: unknown key; known here: branding, callbacks, custom_fields, customer_types, customers, database, files, keys, log, operator, payment_targets, providers, sep10, server, stellar_toml, token_issuers, transactions, verification"
)]
#[case::one_underscore(
    "KYCD_SERVER_LISTEN",
    "1",
    "KYCD_SERVER_LISTEN: server_listen: unknown key; known here: branding, callbacks, custom_fields, customer_types, customers, database, files, keys, log, operator, payment_targets, providers, sep10, server, stellar_toml, token_issuers, transactions, verification"
)]
#[case::unknown_key("KYCD_LOG__COLOR", "1", "KYCD_LOG__COLOR: log.color: unknown key; known here: format, level")]
#[case::no_name(
    "KYCD_",
    "1",
    "KYCD_: \"\": unknown key; known here: branding, callbacks, custom_fields, customer_types, customers, database, files, keys, log, operator, payment_targets, providers, sep10, server, stellar_toml, token_issuers, transactions, verification"
)]
#[case::wrong_kind("KYCD_LOG", "1", "KYCD_LOG: log: must be a table")]
#[case::below_a_value(
    "KYCD_LOG__LEVEL__X",
    "1",
    "KYCD_LOG__LEVEL__X: log.level: must be \"error\" or \"warn\" or \"info\" or \"debug\" or \"trace\""
)]
#[case::wrong_value("KYCD_SERVER__LISTEN", "80", "KYCD_SERVER__LISTEN: server.listen: must be text")]
#[case::wrong_element(
    "KYCD_SERVER__TRUSTED_PROXIES",
    "[\"::/0\", 1]",
    "KYCD_SERVER__TRUSTED_PROXIES: server.trusted_proxies[1]: must be text"
)]
#[case::text_without_quotes(
    "KYCD_LOG__LEVEL",
    "info",
    "KYCD_LOG__LEVEL: the value is not TOML (text stands in quotes)"
)]
#[case::nothing("KYCD_LOG__LEVEL", "", "KYCD_LOG__LEVEL: the value is not TOML (text stands in quotes)")]
#[case::control_character(
    "KYCD_A\nB",
    "1",
    "KYCD_A\\nB: \"a\\nb\": unknown key; known here: branding, callbacks, custom_fields, customer_types, customers, database, files, keys, log, operator, payment_targets, providers, sep10, server, stellar_toml, token_issuers, transactions, verification"
)]
fn reports_what_is_wrong_with_a_variable(#[case] name: &str, #[case] value: &str, #[case] expected: &str) {
    assert_eq!(problems("", &[(name, value)]), [expected]);
}

#[test]
fn a_variable_that_is_not_text_is_reported() {
    let folder = Folder::new();
    let mut variables = folder.variables(&REQUIRED);
    variables.push(("KYCD_LOG__LEVEL".into(), OsString::from_vec(vec![b'"', 0xff, b'"'])));
    assert_eq!(folder.lines(Config::load(None, variables).err()), ["KYCD_LOG__LEVEL: the value is not UTF-8"]);
}

#[test]
fn a_variable_that_could_mean_two_keys_is_refused() {
    let toml = "[customer_types.sep6]\n[customer_types.a-b]\n[customer_types.a_b]";
    assert_eq!(
        problems(toml, &[("KYCD_CUSTOMER_TYPES__A_B__FIELDS", "[]")]),
        ["KYCD_CUSTOMER_TYPES__A_B__FIELDS: several keys match this name"]
    );
}

#[test]
fn two_variables_for_one_key_are_refused() {
    let pair = [("KYCD_LOG__LEVEL", "\"info\""), ("kycd_log__level", "\"warn\"")];
    assert_eq!(problems("", &pair), ["kycd_log__level: another variable gives the same key"]);
}

#[test]
fn variables_of_others_are_left_alone() {
    serve("", &[("KYC_SERVER__LISTEN", "x"), ("PATH", "x"), ("MY_KYCD_X", "x")]);
}

#[test]
fn dev_has_two_types_and_the_sandbox() {
    let config = dev("", &[]);
    assert_eq!(config.mode, Mode::Dev);
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.customers.default_type, "sep6");
    let low = &config.customers.types["sep6"];
    assert_eq!(low.fields, ["first_name", "last_name", "email_address"]);
    assert_eq!((low.optional_fields.as_slice(), &low.provider), (&["photo_id_front".to_owned()][..], &None));
    let high = &config.customers.types["sep6-high"];
    assert_eq!((&high.fields, &high.optional_fields), (&low.fields, &low.optional_fields));
    assert_eq!(high.provider.as_deref(), Some("sandbox"));
    assert_eq!(config.payment_targets.provider.as_deref(), Some("sandbox"));
    let sandbox = &config.providers["sandbox"];
    let claims = sandbox.claims.iter().map(|claim| (claim.path.as_str(), claim.field.as_str())).collect::<Vec<_>>();
    assert_eq!(claims, [("email", "email_address"), ("family_name", "last_name"), ("given_name", "first_name")]);
    assert!(sandbox.pkce && sandbox.claims.iter().all(|claim| claim.required));
}

#[test]
fn a_file_is_laid_over_dev_key_by_key() {
    let config = dev(
        "[database]\nurl = \"postgres://localhost/kycd\"\n[customer_types.sep6]\nfields = [\"address\"]\n\
         [customer_types.sep31]\n[providers.sandbox]\nvalidity = \"1d\"",
        &[("KYCD_PROVIDERS__SANDBOX__DISPLAY_NAME", "\"Box\"")],
    );
    assert_eq!(config.database.url.expose(), "postgres://localhost/kycd");
    let changed = &config.customers.types["sep6"];
    assert_eq!((changed.fields.len(), changed.optional_fields.len()), (1, 1));
    assert_eq!(config.customers.types.len(), 4);
    let sandbox = &config.providers["sandbox"];
    assert_eq!((sandbox.validity.as_secs(), sandbox.display_name.as_str()), (86_400, "Box"));
    assert!(matches!(&sandbox.endpoints, Endpoints::Given { urls, .. } if urls.token.path() == "/sandbox/token"));
}

#[test]
fn the_issuers_of_the_file_stand_before_those_of_dev() {
    let issuer = |n| {
        format!(
            "[[token_issuers]]\nkind = \"sep10\"\nissuer = \"https://{n}.example\"\nalgorithm = \"HS256\"\nsecret = \"x\"\n"
        )
    };
    let issuers = |config: Config| config.token_issuers.into_iter().map(|issuer| issuer.issuer).collect::<Vec<_>>();
    let toml = format!("{}{}", issuer(1), issuer(2));
    assert_eq!(issuers(dev(&toml, &[])), ["https://1.example", "https://2.example", "http://localhost:8000/auth"]);
    assert_eq!(issuers(dev(&toml, &[("KYCD_TOKEN_ISSUERS", "[]")])), [""; 0]);
}

#[rstest]
#[case::localhost("http://localhost:9000", true)]
#[case::ipv4("http://127.0.0.1:9000", true)]
#[case::ipv6("http://[::1]:9000", true)]
#[case::secure("https://eid.example.com", true)]
#[case::elsewhere("http://eid.example.com", false)]
#[case::look_alike("http://localhost.example.com", false)]
fn dev_calls_http_on_loopback_only(#[case] issuer: &str, #[case] accepted: bool) {
    let toml =
        format!("[providers.eid]\nkind = \"oauth2\"\nclient_id = \"a\"\nclient_auth = \"none\"\nissuer = \"{issuer}\"");
    let problems = Folder::new().dev_problems(&toml);
    let fault = "config.toml:5:1: providers.eid.issuer: must be an https URL, or http on localhost, 127.0.0.1 or [::1]";
    assert_eq!(problems, if accepted { vec![] } else { vec![fault.to_owned()] });
}

#[test]
fn dev_refuses_unknown_keys_as_well() {
    assert_eq!(
        Folder::new().dev_problems("[log]\ncolor = true"),
        ["config.toml:2:1: log.color: unknown key; known here: format, level"]
    );
}
