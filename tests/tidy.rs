//! The rules of the house, kept by reading `src/`: who may know whom, how long things are, what they are called.
//!
//! A rule is a function from a [`Source`] to its violations. Every rule is applied to the whole of `src/`, and shown to
//! fail on samples that break it.

use std::fs;
use std::path::Path;

use rstest::rstest;

use rules::{
    dependency_violations, empty_name_violations, engine_violations, file_length_violations,
    function_length_violations, migration_violations, opening_violations, status_code_violations, top_level_violations,
    unfinished_violations, web_framework_violations,
};
use source::{Source, sources};
use texts::{text_violations, texts};

#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/texts.rs"]
mod texts;

#[rstest]
#[case::a_room_knows_only_the_rooms_below_it(dependency_violations)]
#[case::only_the_edge_knows_the_web_framework(web_framework_violations)]
#[case::only_the_edge_answers_with_a_status(status_code_violations)]
#[case::only_one_file_names_a_database_engine(engine_violations)]
#[case::a_file_opens_with_what_it_is(opening_violations)]
#[case::a_name_says_something(empty_name_violations)]
#[case::nothing_is_left_unfinished(unfinished_violations)]
#[case::a_text_is_said_in_every_language(text_violations)]
fn every_file_keeps_the_rule(#[case] rule: fn(&Source) -> Vec<String>) {
    is_kept(&sources().iter().flat_map(rule).collect::<Vec<_>>());
}

#[rstest]
#[case::files_are_short(file_length_violations)]
#[case::functions_are_short(function_length_violations)]
fn all_files_together_keep_the_rule(#[case] rule: fn(&[Source]) -> Vec<String>) {
    is_kept(&rule(&sources()));
}

#[test]
fn the_top_level_is_as_designed() {
    let names = names_in(".");
    is_kept(&top_level_violations(&names.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn both_engines_have_the_same_migrations() {
    is_kept(&migration_violations(&names_in("migrations/postgres"), &names_in("migrations/sqlite")));
}

fn names_in(folder: &str) -> Vec<String> {
    fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect()
}

fn is_kept(violations: &[String]) {
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

// A rule that cannot fail is none.

#[rstest]
#[case::a_peer("proof/mod.rs", "use crate::outbox::Lease;")]
#[case::a_peer_in_a_group("integration/stored.rs", "use crate::{domain::memo::Memo, proof::Process};")]
#[case::a_peer_through_super("outbox/send.rs", "use super::super::integration::Answer;")]
#[case::a_peer_in_an_expression("outbox/mod.rs", "fn f() { crate::proof::begin(); }")]
#[case::a_room_above("store/mod.rs", "use crate::http::Page;")]
#[case::a_room_above_through_super("domain/mod.rs", "use super::vault::Key;")]
#[case::the_configuration("http/mod.rs", "use crate::config::Config;")]
#[case::the_whole_crate("auth/mod.rs", "use crate::*;")]
#[case::the_outside_from_the_edge("http/mod.rs", "use crate::egress::Configured;")]
#[case::the_inside_from_the_binary("main.rs", "fn main() { kycd::store::open(); }")]
#[case::a_room_of_nobodys("misc/mod.rs", "//! Things.")]
fn knowing_too_much_is_reported(#[case] path: &str, #[case] text: &str) {
    assert_eq!(dependency_violations(&Source::new(path, text)).len(), 1);
}

#[rstest]
#[case::a_room_below("store/mod.rs", "use crate::vault::Key; use crate::{domain::memo::{Memo, MemoError}, vault};")]
#[case::its_own_room("store/files.rs", "use super::db::Tx; use crate::store::Store; pub(super) fn f() {}")]
#[case::its_own_room_from_deeper("http/sep12/get_customer.rs", "use super::super::error::ApiError;")]
#[case::a_comment_or_a_text(
    "domain/mod.rs",
    r##"// crate::http
/* crate::http */ const A: &str = r#"crate::"http"#; const B: &[u8] = b"\"crate::http"; const C: char = '"';"##
)]
fn knowing_what_is_allowed_is_not_reported(#[case] path: &str, #[case] text: &str) {
    is_kept(&dependency_violations(&Source::new(path, text)));
}

#[rstest]
#[case::the_web_framework(web_framework_violations, "app.rs", "use axum::Router;")]
#[case::its_extras(web_framework_violations, "proof/mod.rs", "use axum_extra::extract::CookieJar;")]
#[case::a_status(status_code_violations, "auth/mod.rs", "fn f() -> http::StatusCode { todo() }")]
#[case::a_pool(engine_violations, "store/files.rs", "use sqlx::PgPool;")]
#[case::an_engine(engine_violations, "app.rs", "fn f(pool: sqlx::Pool<sqlx::Sqlite>) {}")]
#[case::a_driver(engine_violations, "store/mod.rs", "use sqlx::postgres::PostgresQueryResult;")]
#[case::no_opening(opening_violations, "app.rs", "use std::fmt;")]
#[case::an_empty_type_name(empty_name_violations, "app.rs", "pub struct SessionManager;")]
#[case::an_empty_alias(empty_name_violations, "app.rs", "type UserInfo = String;")]
#[case::an_empty_module_name(empty_name_violations, "app.rs", "mod string_utils;")]
#[case::an_intention(unfinished_violations, "app.rs", "// TODO: check")]
fn breaking_a_rule_is_reported(#[case] rule: fn(&Source) -> Vec<String>, #[case] path: &str, #[case] text: &str) {
    assert_eq!(rule(&Source::new(path, text)).len(), 1);
}

#[test]
fn texts_are_found_in_tables_and_in_matches() {
    let count = |path: &str| {
        let source = sources().into_iter().find(|source| source.path == path);
        texts(&source.expect("a file")).len()
    };

    assert_eq!(count("domain/field/natural_person.rs"), 34);
    assert_eq!(count("domain/field/need.rs"), 6);
}

#[rstest]
#[case::a_language_is_missing(r#"match language { En => format!("{a} is"), De => format!("{a} ist") }"#)]
#[case::a_text_is_empty(r#"Text { en: "Yes", es: "", de: "Ja" }"#)]
#[case::a_text_was_left_in_english(r#"Text { en: "Yes", es: "Sí", de: "Yes" }"#)]
#[case::a_name_is_not_filled_in(r#"Text { en: "{provider} says", es: "dice", de: "{provider} sagt" }"#)]
#[case::a_number_is_another(r#"Text { en: "at most 256", es: "como máximo 256", de: "höchstens 265" }"#)]
#[case::a_sentence_has_no_end(r#"Text { en: "Yes.", es: "Sí.", de: "Ja" }"#)]
#[case::somebody_is_addressed_informally(r#"Text { en: "your name", es: "su nombre", de: "dein Name" }"#)]
fn a_bad_translation_is_reported(#[case] text: &str) {
    assert_eq!(text_violations(&Source::new("domain/text.rs", text)).len(), 1);
}

#[rstest]
#[case::the_web_framework_at_the_edge(web_framework_violations, "http/mod.rs", "use axum::Router;")]
#[case::an_engine_in_its_file(engine_violations, "store/db.rs", "use sqlx::{PgPool, SqlitePool};")]
#[case::a_name_that_ends_in_a_word_of_its_own(empty_name_violations, "app.rs", "struct DataKey; struct Metadata;")]
#[case::a_name_that_a_foreign_trait_asks_for(empty_name_violations, "http/serve.rs", "type Data = Bytes;")]
fn keeping_a_rule_is_not_reported(#[case] rule: fn(&Source) -> Vec<String>, #[case] path: &str, #[case] text: &str) {
    is_kept(&rule(&Source::new(path, text)));
}

#[rstest]
#[case::exactly_the_limit(&[400, 120, 120], 0)]
#[case::a_long_file(&[401, 10, 10], 1)]
#[case::many_longish_files(&[10, 121, 121], 1)]
fn long_files_are_reported(#[case] lengths: &[usize], #[case] violations: usize) {
    let sources: Vec<_> = lengths.iter().map(|length| Source::new("app.rs", &"\n".repeat(*length))).collect();

    assert_eq!(file_length_violations(&sources).len(), violations);
}

#[rstest]
#[case::exactly_the_limit(&[35, 35], 0)]
#[case::a_long_function_among_many(&[81, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1)]
#[case::many_longish_functions(&[36, 36], 1)]
fn long_functions_are_reported(#[case] lengths: &[usize], #[case] violations: usize) {
    // The text and the array must not be taken for the end or the beginning of a body.
    let function = |lines: usize| format!("fn f(a: [u8; 2]) {{ \"}}\"; {{}}{}}}\n", "\n".repeat(lines - 1));
    let text: String = lengths.iter().map(|lines| function(*lines)).collect();

    assert_eq!(function_length_violations(&[Source::new("app.rs", &text)]).len(), violations);
}

#[test]
fn strangers_and_gaps_at_the_top_level_are_reported() {
    let names = [".git", "target", "Cargo.lock", "Cargo.toml", "Dockerfile", "LICENSE", "config", "migrations", "src"];

    let violations = top_level_violations(&[names.as_slice(), &["tests", "scripts"]].concat());

    assert_eq!(violations, ["README.md is missing", "scripts does not belong at the top"]);
}

#[rstest]
#[case::one_engine_only(&["0001_initial.sql", "0002_more.sql"], &["0001_initial.sql"])]
#[case::a_short_number(&["1_initial.sql"], &["1_initial.sql"])]
#[case::a_capital(&["0001_Initial.sql"], &["0001_Initial.sql"])]
fn uneven_migrations_are_reported(#[case] postgres: &[&str], #[case] sqlite: &[&str]) {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();

    assert_eq!(migration_violations(&owned(postgres), &owned(sqlite)).len(), 1);
}
