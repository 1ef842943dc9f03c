//! What can be wrong with a section, its keys and its names.

use rstest::rstest;

use crate::{Folder, at};

#[rstest]
#[case::unknown_section(
    "[sever]\n",
    "1:2: sever: unknown key; known here: branding, callbacks, custom_fields, customer_types, customers, database, files, keys, log, operator, payment_targets, providers, sep10, server, stellar_toml, token_issuers, transactions, verification"
)]
#[case::unknown_key("[operator]\n\n  listn = 1", "3:3: operator.listn: unknown key; known here: listen")]
#[case::unknown_key_quoted("[operator]\n\"a\\nb\" = 1", "2:1: operator.\"a\\nb\": unknown key; known here: listen")]
#[case::section_that_is_no_table("operator = 5", "1:1: operator: must be a table")]
#[case::open_section_that_is_no_table("providers = 5", "1:1: providers: must be a table")]
#[case::provider_that_is_no_table("providers.eid = 5", "1:11: providers.eid: must be a table")]
#[case::issuers_that_are_no_array("token_issuers = 5", "1:1: token_issuers: must be an array")]
#[case::issuer_that_is_no_table("token_issuers = [5]", "1:18: token_issuers[0]: must be a table")]
#[case::listen_without_port(
    "[server]\nlisten = \"127.0.0.1\"",
    "2:1: server.listen: must be an IP address with a port, like \"127.0.0.1:8000\""
)]
#[case::listen_on_a_name(
    "[operator]\nlisten = \"localhost:80\"",
    "2:1: operator.listen: must be an IP address with a port, like \"127.0.0.1:8000\""
)]
#[case::proxy_that_is_no_range(
    "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"10.0.0.0/33\"]",
    "2:34: server.trusted_proxies[1]: must be a range of IP addresses, like \"10.0.0.0/8\""
)]
#[case::public_url_over_http(
    "[server]\npublic_url = \"http://kyc.example.com\"",
    "2:1: server.public_url: must be an https URL"
)]
#[case::public_url_with_path(
    "[server]\npublic_url = \"https://kyc.example.com/kyc\"",
    "2:1: server.public_url: must be an origin, like \"https://kyc.example.com\", without path and query"
)]
#[case::public_url_with_query(
    "[server]\npublic_url = \"https://kyc.example.com/?a\"",
    "2:1: server.public_url: must be an origin, like \"https://kyc.example.com\", without path and query"
)]
#[case::public_url_with_user(
    "[server]\npublic_url = \"https://a:b@kyc.example.com\"",
    "2:1: server.public_url: must be an http or https URL without user, password and fragment"
)]
#[case::public_url_with_tab(
    "[server]\npublic_url = \"https://kyc.exa\\tmple.com\"",
    "2:1: server.public_url: must be an http or https URL without user, password and fragment"
)]
#[case::public_url_of_another_scheme(
    "[server]\npublic_url = \"ftp://kyc.example.com\"",
    "2:1: server.public_url: must be an http or https URL without user, password and fragment"
)]
#[case::public_url_missing("[server]\n# public_url", "1:2: server.public_url: is required")]
#[case::transactions_over_http(
    "[transactions]\nurl = \"http://payments.example.com\"\nkey_file = \"{dir}/jwt.secret\"",
    "2:1: transactions.url: must be an https URL"
)]
#[case::transactions_with_query(
    "[transactions]\nurl = \"https://payments.example.com/?a=b\"\nkey_file = \"{dir}/jwt.secret\"",
    "2:1: transactions.url: must be a URL without query"
)]
#[case::transactions_without_key(
    "[transactions]\nurl = \"https://payments.example.com\"",
    "1:2: transactions.key_file: is required with url"
)]
#[case::transactions_without_url(
    "[transactions]\nkey_file = \"{dir}/jwt.secret\"",
    "1:2: transactions.url: is required with key_file"
)]
#[case::transactions_with_a_key_of_two_words(
    "[transactions]\nurl = \"https://payments.example.com\"\nkey_file = \"{dir}/eid.secret\"",
    "3:1: transactions.key_file: the key must be printable ASCII without spaces"
)]
#[case::brand_of_two_lines(
    "[branding]\nname = \"a\\nb\"",
    "2:1: branding.name: must be a single line without control characters"
)]
#[case::brand_that_is_read_backwards(
    "[branding]\nname = \"Example \\u202Erohcna\"",
    "2:1: branding.name: must not contain characters that change the direction of reading"
)]
#[case::brand_of_many_words(
    "[branding]\nname = \"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\"",
    "2:1: branding.name: must be one line of at most 60 characters"
)]
#[case::brand_in_a_colour_by_name(
    "[branding]\ncolor = \"red\"",
    "2:1: branding.color: must be a colour like \"#0b5f56\""
)]
#[case::logo_that_is_no_picture(
    "[branding]\nlogo_file = \"{dir}/jwt.secret\"",
    "2:1: branding.logo_file: must be a whole PNG, JPEG or WebP picture"
)]
#[case::logo_that_is_cut_off(
    "[branding]\nlogo_file = \"{dir}/broken.png\"",
    "2:1: branding.logo_file: must be a whole PNG, JPEG or WebP picture"
)]
#[case::logo_that_is_missing(
    "[branding]\nlogo_file = \"{dir}/nothing.png\"",
    "2:1: branding.logo_file: the file cannot be read: entity not found"
)]
#[case::logo_that_never_ends("[branding]\nlogo_file = \"/dev/zero\"", "2:1: branding.logo_file: is not a regular file")]
#[case::database_missing("[database]\nmigrate = true", "1:2: database.url: is required")]
#[case::database_of_another_engine(
    "[database]\nurl = \"mysql://db\"",
    "2:1: database.url: must begin with postgres:// or sqlite://"
)]
#[case::migrate_that_is_no_flag(
    "[database]\nurl = \"sqlite://x\"\nmigrate = 1",
    "3:1: database.migrate: must be true or false"
)]
#[case::pool_of_none(
    "[database]\nurl = \"sqlite://x\"\nmax_connections = 0",
    "3:1: database.max_connections: must be a whole number from 1 to 1000"
)]
#[case::pool_of_too_many(
    "[database]\nurl = \"sqlite://x\"\nmax_connections = 1001",
    "3:1: database.max_connections: must be a whole number from 1 to 1000"
)]
#[case::pool_of_a_fraction(
    "[database]\nurl = \"sqlite://x\"\nmax_connections = 1.5",
    "3:1: database.max_connections: must be a whole number from 1 to 1000"
)]
#[case::a_wait_without_unit(
    "[database]\nurl = \"sqlite://x\"\nacquire_timeout = 2",
    "3:1: database.acquire_timeout: must be a duration from \"1s\" to \"10s\""
)]
#[case::a_wait_of_more_than_ten_seconds(
    "[database]\nurl = \"sqlite://x\"\nacquire_timeout = \"11s\"",
    "3:1: database.acquire_timeout: must be a duration from \"1s\" to \"10s\""
)]
#[case::no_master_keys("[keys]\nmaster_key_files = []", "2:1: keys.master_key_files: must not be empty")]
#[case::master_keys_missing("[keys]\n# master_key_files", "1:2: keys.master_key_files: is required")]
#[case::callback_hosts_of_another_word(
    "[callbacks]\nhosts = \"all\"",
    "2:1: callbacks.hosts: must be \"any\", \"client_domain\", or a list of domains"
)]
#[case::callback_hosts_that_are_none(
    "[callbacks]\nhosts = []",
    "2:1: callbacks.hosts: must be \"any\", \"client_domain\", or a list of domains"
)]
#[case::callback_host_that_is_a_url(
    "[callbacks]\nhosts = [\"https://wallet.example.com\"]",
    "2:1: callbacks.hosts: must hold domains, like \"wallet.example.com\""
)]
#[case::after_terminal(
    "[callbacks]\nafter_terminal = \"end\"",
    "2:1: callbacks.after_terminal: must be \"stop\" or \"continue\""
)]
#[case::log_format("[log]\nformat = \"xml\"", "2:1: log.format: must be \"json\" or \"text\"")]
#[case::log_level(
    "[log]\nlevel = \"INFO\"",
    "2:1: log.level: must be \"error\" or \"warn\" or \"info\" or \"debug\" or \"trace\""
)]
#[case::default_type_without_types(
    "[customers]\ndefault_type = \"sep6\"",
    "2:1: customers.default_type: names no customer type"
)]
#[case::default_type_of_another_name("[customer_types.sep31]\n", "customers.default_type: names no customer type")]
#[case::default_type_given_wrong(
    "[customers]\ndefault_type = \"x\"\n[customer_types.sep6]",
    "2:1: customers.default_type: names no customer type"
)]
#[case::unknown_field(
    "[customer_types.sep6]\nfields = [\"first_name\", \"firstname\"]",
    "2:25: customer_types.sep6.fields[1]: is neither a SEP-9 field nor one of custom_fields"
)]
#[case::unknown_optional_field(
    "[customer_types.sep6]\noptional_fields = [\"first name\"]",
    "2:20: customer_types.sep6.optional_fields[0]: is neither a SEP-9 field nor one of custom_fields"
)]
#[case::field_required_and_optional(
    "[customer_types.sep6]\nfields = [\"address\"]\noptional_fields = [\"address\"]",
    "3:20: customer_types.sep6.optional_fields[0]: this field is named already, perhaps by its other spelling"
)]
#[case::both_spellings(
    "[customer_types.sep6]\nfields = [\"first_name\", \"given_name\"]",
    "2:25: customer_types.sep6.fields[1]: this field is named already, perhaps by its other spelling"
)]
#[case::spellings_required_and_optional(
    "[customer_types.sep6]\nfields = [\"last_name\"]\noptional_fields = [\"family_name\"]",
    "3:20: customer_types.sep6.optional_fields[0]: this field is named already, perhaps by its other spelling"
)]
#[case::verification(
    "[customer_types.sep6]\nfields = [\"email_address\"]\nverify = [\"email_address\"]",
    "3:11: customer_types.sep6.verify[0]: needs a sender: give verification.email"
)]
#[case::other_decision(
    "[customer_types.sep6]\ndecision = \"maybe\"",
    "2:1: customer_types.sep6.decision: must be \"auto\" or \"review\""
)]
#[case::sticky_rejection_that_is_no_flag(
    "[customers]\nsticky_rejection = \"yes\"",
    "2:1: customers.sticky_rejection: must be true or false"
)]
#[case::choices_of_another_field(
    "[customer_types.sep6.choices]\nsex = [\"male\"]",
    "2:1: customer_types.sep6.choices.sex: is not among the fields of this type"
)]
#[case::no_choices(
    "[customer_types.sep6]\nfields = [\"sex\"]\nchoices = { sex = [] }",
    "3:13: customer_types.sep6.choices.sex: must be an array with at least one element"
)]
#[case::a_choice_that_the_field_refuses(
    "[customer_types.sep6]\nfields = [\"sex\"]\nchoices = { sex = [\"x\"] }",
    "3:13: customer_types.sep6.choices.sex: has a choice that is no value of this field"
)]
#[case::a_choice_of_files(
    "[customer_types.sep6]\nfields = [\"photo_id_front\"]\nchoices = { photo_id_front = [\"x\"] }",
    "3:13: customer_types.sep6.choices.photo_id_front: has a choice that is no value of this field"
)]
#[case::unknown_provider_of_a_type(
    "[customer_types.sep6]\nprovider = \"eid\"",
    "2:1: customer_types.sep6.provider: names no provider"
)]
#[case::unknown_provider_of_payment_targets(
    "[payment_targets]\nprovider = \"eid\"",
    "2:1: payment_targets.provider: names no provider"
)]
fn reports_what_is_wrong_with_a_section(#[case] toml: &str, #[case] expected: &str) {
    assert_eq!(Folder::new().serve_problems(toml), [at(expected)]);
}

/// A custom field with the given name and more keys.
fn custom_field_problems(name: &str, more: &str) -> Vec<String> {
    let toml = format!("[custom_fields.\"{name}\"]\ntype = \"string\"\ndescription = \"D\"\n{more}");
    Folder::new().serve_problems(&toml)
}

#[rstest]
#[case::of_sep_9("first_name", "is a SEP-9 field")]
#[case::another_spelling("family_name", "is a SEP-9 field")]
#[case::a_parameter("memo_type", "a field's name is")]
#[case::a_verification("acme.phone_verification", "a field's name is")]
#[case::a_file_id("acme.photo_file_id", "a field's name is")]
#[case::two_dots("acme.tax.status", "a field's name is")]
#[case::a_dot_at_the_end("acme.", "a field's name is")]
#[case::a_hyphen("tax-status", "a field's name is")]
#[case::too_long(&"a".repeat(65), "a field's name is")]
fn a_custom_field_has_a_name_that_nobody_else_uses(#[case] name: &str, #[case] expected: &str) {
    let problems = custom_field_problems(name, "");

    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("config.toml:1:16: custom_fields.") && problems[0].contains(expected),
        "{problems:?}"
    );
}

#[rstest]
#[case::an_unknown_format("format = \"iban\"", "format: must be \"country\" or")]
#[case::the_format_of_a_date("format = \"until\"", "format: must be \"country\" or")]
#[case::choices_twice("choices = [\"a\", \"a\"]", "choices: are for the type string alone")]
#[case::choices_with_a_format("format = \"email\"\nchoices = [\"a\"]", "choices: are for the type string alone")]
#[case::a_negative_limit("min = -1", "min: must be a whole number from 0")]
#[case::crossed_limits("min = 2\nmax = 1", "max: min and max are for")]
fn a_custom_field_is_one_that_can_be_given(#[case] more: &str, #[case] expected: &str) {
    let problems = custom_field_problems("acme.field", more);

    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains(&format!("custom_fields.\"acme.field\".{expected}")), "{problems:?}");
}

#[rstest]
#[case::choices("choices = [\"a\"]", "choices: are for the type string alone")]
#[case::a_format("format = \"email\"", "format: does not go with this type")]
#[case::limits("max = 1", "max: min and max are for")]
fn a_file_has_no_rules_of_text(#[case] more: &str, #[case] expected: &str) {
    let toml = format!("[custom_fields.permit]\ntype = \"binary\"\ndescription = \"D\"\n{more}");

    assert!(Folder::new().serve_problems(&toml)[0].contains(expected));
}

#[rstest]
#[case::upper_case("Sep6")]
#[case::space("sep 6")]
#[case::dot("sep.6")]
#[case::slash("a/b")]
#[case::empty("")]
#[case::leading_dash("-a")]
#[case::trailing_underscore("a_")]
#[case::separator("a__b")]
#[case::letter_of_another_alphabet("é")]
#[case::too_long("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
fn refuses_a_name(#[case] name: &str) {
    let folder = Folder::new();
    let of_type = folder.serve_problems(&format!("[customer_types.sep6]\n[customer_types.\"{name}\"]"));
    assert_eq!(of_type.len(), 1, "{of_type:?}");
    assert!(of_type[0].starts_with("config.toml:2:17: customer_types.") && of_type[0].contains(": a name is 1 to 64"));
    let of_provider = folder
        .serve_problems(&"[providers.eid]\nkind = \"oauth2\"\nissuer = \"https://eid.example.com\"\nclient_id = \"kycd\"\nclient_auth = \"none\"".replace("providers.eid", &format!("providers.\"{name}\"")));
    assert_eq!(of_provider.len(), 1, "{of_provider:?}");
    assert!(of_provider[0].starts_with("config.toml:1:12: providers."));
}

#[test]
fn reports_everything_at_once_in_the_order_of_the_file() {
    let toml = "[server]\nlisten = 1\ncolour = 2\n[customer_types.sep6]\nfeilds = []\nfields = [\"x\", \"y\"]\n\
        [log]\nlevel = true\n";
    let folder = Folder::new();
    assert_eq!(
        folder.lines(folder.serve(toml, &[("KYCD_LOG__COLOR", "true")]).err()),
        [
            "database.url: is required",
            "keys.master_key_files: is required",
            "config.toml:1:2: server.public_url: is required",
            "config.toml:2:1: server.listen: must be text",
            "config.toml:3:1: server.colour: unknown key; known here: listen, public_url, trusted_proxies",
            "config.toml:5:1: customer_types.sep6.feilds: unknown key; known here: choices, decision, fields, optional_fields, \
             provider, verify",
            "config.toml:6:11: customer_types.sep6.fields[0]: is neither a SEP-9 field nor one of custom_fields",
            "config.toml:6:16: customer_types.sep6.fields[1]: is neither a SEP-9 field nor one of custom_fields",
            "config.toml:8:1: log.level: must be \"error\" or \"warn\" or \"info\" or \"debug\" or \"trace\"",
            "KYCD_LOG__COLOR: log.color: unknown key; known here: format, level",
        ]
    );
}
