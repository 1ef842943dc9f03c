//! What operators do besides running the server: migrating, keys of both kinds, asking for its health.

use rstest::rstest;
use sqlx::{Connection, PgConnection, raw_sql};

use crate::database::{Database, Engine};
use crate::nobody::Nobody;
use crate::serve::prepared;
use crate::workplace::{ACCOUNT, ADA};

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn migrate_makes_the_schema_that_serve_then_finds(#[case] engine: Engine) {
    let database = emptied(engine).await;
    let place = prepared(&database.url).with("KYCD_DATABASE__MIGRATE", "false");

    let early = place.kycd(&["serve", "--config", "kycd.toml"]);
    assert_eq!(early.code, 1);
    let refusal = "kycd: the database does not have the schema of this version: run `kycd migrate`";
    assert_eq!(ours(&early.stderr), [refusal]);

    for _ in ["once", "again"] {
        assert_eq!(place.run(&["migrate", "--config", "kycd.toml"]), "the schema is up to date\n");
    }
    let token = place.run(&["token", "--account", ACCOUNT, "--config", "kycd.toml"]);
    let server = place.serve(&["--config", "kycd.toml"]);
    assert_eq!(server.status("/customer", token.trim_end()), "NEEDS_INFO");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_database_opens_with_the_master_key_that_sealed_it_and_refuses_by_name(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = prepared(&database.url);
    let token = place.run(&["token", "--account", ACCOUNT, "--config", "kycd.toml"]);
    let server = place.serve(&["--config", "kycd.toml"]);
    assert_eq!(server.put_customer(token.trim_end(), &format!("{{{ADA}}}")).status, 202);
    server.process.stop();

    place.run(&["keys", "generate", "--out", "keys", "--kid", "next"]);
    let place = place.with("KYCD_KEYS__MASTER_KEY_FILES", "[\"keys/next.key\"]");
    let missing = place.kycd(&["serve", "--config", "kycd.toml"]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("needs the master key master-1, which is not configured"), "{}", missing.stderr);

    place.run(&["keys", "generate", "--out", "others"]);
    let place = place.with("KYCD_KEYS__MASTER_KEY_FILES", "[\"others/master-1.key\"]");
    let wrong = place.kycd(&["serve", "--config", "kycd.toml"]);
    assert_eq!(wrong.code, 1);
    let refusal = "kycd: the database does not open with the master keys given (master-1): ";
    assert!(matches!(ours(&wrong.stderr)[..], [line] if line.starts_with(refusal)), "{}", wrong.stderr);

    // The next key seals from now on, the first one still opens.
    let place = place.with("KYCD_KEYS__MASTER_KEY_FILES", "[\"keys/next.key\", \"keys/master-1.key\"]");
    let server = place.serve(&["--config", "kycd.toml"]);
    assert_eq!(server.status("/customer", token.trim_end()), "ACCEPTED");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn operator_keys_come_and_go_while_the_server_runs(#[case] engine: Engine) {
    const TARGET: &str = r#"{"payto_uri":"payto://iban/DE75512108001245126199"}"#;
    let database = engine.fresh_database().await;
    let place = prepared(&database.url);
    let operator_key =
        |arguments: &[&str]| place.kycd(&[&["operator-key", "--config", "kycd.toml"], arguments].concat());
    let server = place.serve(&["--config", "kycd.toml"]);
    let status = |key: &str| server.as_operator("PUT /payment-targets", key, TARGET).status;

    let created = operator_key(&["create", "payments"]);
    let key = created.stdout.trim_end().to_owned();
    assert!(key.starts_with("kycd_op_") && created.stdout == format!("{key}\n"), "the key alone");
    assert_eq!(status(&key), 200);

    let again = operator_key(&["create", "payments"]);
    assert_eq!((again.code, again.stderr.as_str()), (1, "kycd: an operator key of this name exists\n"));
    assert_eq!(operator_key(&["create", "console"]).code, 0);
    assert_eq!(operator_key(&["list"]).stdout.lines().collect::<Vec<_>>(), ["console", "payments"]);

    assert_eq!(operator_key(&["revoke", "payments"]).code, 0);
    assert_eq!(status(&key), 401);
    assert_eq!(operator_key(&["list"]).stdout.lines().collect::<Vec<_>>(), ["console", "payments (revoked)"]);
    for unknown in ["payments", "nobody"] {
        assert_eq!(operator_key(&["revoke", unknown]).code, 1, "{unknown}");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn health_tells_whether_the_server_is_ready(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let place = prepared(&database.url);
    let server = place.serve(&["--config", "kycd.toml"]);
    let place = place.with("KYCD_OPERATOR__LISTEN", &format!("\"0.0.0.0:{}\"", server.operator.port()));

    for source in [&["health", "--config", "kycd.toml"][..], &["health"]] {
        let health = place.kycd(source);
        assert_eq!((health.code, health.stdout.as_str(), health.stderr.as_str()), (0, "", ""), "{source:?}");
    }

    let operator = server.operator;
    server.process.stop();
    let _nobody = Nobody::at(operator);
    let health = place.kycd(&["health", "--config", "kycd.toml"]);
    assert_eq!(health.code, 1);
    assert!(health.stderr.starts_with("kycd: no answer"), "{}", health.stderr);
}

#[tokio::test]
async fn health_is_bad_when_the_database_is_gone() {
    let database = Engine::Postgres.fresh_database().await;
    let place = prepared(&database.url);
    let server = place.serve(&["--config", "kycd.toml"]);
    let place = place.with("KYCD_OPERATOR__LISTEN", &format!("\"127.0.0.1:{}\"", server.operator.port()));
    drop(database);

    let health = place.kycd(&["health", "--config", "kycd.toml"]);

    assert_eq!(health.code, 1);
    assert!(health.stderr.starts_with("kycd: not ready: 503"), "{}", health.stderr);
}

#[test]
fn a_database_that_is_not_there_is_called_by_its_name() {
    let nobody = Nobody::anywhere();
    let place = prepared(&format!("postgres://kycd:hunter2@127.0.0.1:{}/kycd", nobody.port()))
        .with("KYCD_DATABASE__ACQUIRE_TIMEOUT", "\"1s\"");

    let outcome = place.kycd(&["serve", "--config", "kycd.toml"]);

    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, "kycd: the database cannot be reached\n"));
}

/// What stands there besides the log, in which a library warns of what takes a slow machine a second.
fn ours(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|line| !line.starts_with('{')).collect()
}

/// A database without a table.
async fn emptied(engine: Engine) -> Database {
    let database = engine.fresh_database().await;
    if let Some(file) = database.url.strip_prefix("sqlite://") {
        std::fs::remove_file(file).expect("the file");
    } else {
        let mut connection = PgConnection::connect(&database.url).await.expect("a connection");
        raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public").execute(&mut connection).await.expect("it can");
    }
    database
}
