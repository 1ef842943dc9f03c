//! The databases that the other tests stand on.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use rstest::rstest;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, PgConnection, query, query_scalar};

use crate::database::Engine;
use crate::database::postgres::Cluster;

#[rstest]
#[case::postgres(Engine::Postgres, "postgres")]
#[case::sqlite(Engine::Sqlite, "sqlite")]
#[tokio::test]
async fn a_fresh_database_has_every_migration_applied(#[case] engine: Engine, #[case] folder: &str) {
    const COUNT: &str = "SELECT count(*) FROM _sqlx_migrations WHERE success";
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder).read_dir().expect("a folder");

    let database = engine.fresh_database().await;
    let applied: i64 = match connect(engine, &database.url).await.expect("a connection") {
        Connected::Postgres(mut connection) => query_scalar(COUNT).fetch_one(&mut connection).await.expect("a count"),
        Connected::Sqlite(mut connection) => query_scalar(COUNT).fetch_one(&mut connection).await.expect("a count"),
    };

    assert!(applied > 0);
    assert_eq!(usize::try_from(applied).expect("a count"), files.count());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn databases_made_at_the_same_time_share_nothing(#[case] engine: Engine) {
    const TABLE: &str = "CREATE TABLE mine (n BIGINT)";
    let (one, other) = tokio::join!(engine.fresh_database(), engine.fresh_database());

    for database in [&one, &other] {
        let made = match connect(engine, &database.url).await.expect("a connection") {
            Connected::Postgres(mut connection) => query(TABLE).execute(&mut connection).await.map(drop),
            Connected::Sqlite(mut connection) => query(TABLE).execute(&mut connection).await.map(drop),
        };
        made.expect("no table of that name is there yet");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_database_is_gone_after_its_test_even_if_somebody_is_still_connected(#[case] engine: Engine) {
    let database = engine.fresh_database().await;
    let url = database.url.clone();
    let _somebody = connect(engine, &url).await.expect("it is there");

    drop(database);

    assert!(connect(engine, &url).await.is_err(), "it is still there");
}

#[rstest]
#[case::for_speed(&[], "off")]
#[case::durable(&["--durable"], "on")]
#[tokio::test]
async fn a_cluster_waits_for_the_disk_only_when_asked_to(#[case] arguments: &[&str], #[case] fsync: &str) {
    let cluster = Cluster::start(arguments);

    let mut connection = PgConnection::connect(&cluster.url).await.expect("a connection");
    let setting: String = query_scalar("SHOW fsync").fetch_one(&mut connection).await.expect("a setting");

    assert_eq!(setting, fsync);
}

#[tokio::test]
async fn a_cluster_and_its_folder_end_even_if_their_holder_is_killed() {
    let mut holder = Command::new("sleep").arg("600").stdout(Stdio::piped()).spawn().expect("sleep");
    let mut supervisor = Command::new(Cluster::SUPERVISOR)
        .stdin(holder.stdout.take().expect("piped"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the supervisor");
    let mut url = String::new();
    BufReader::new(supervisor.stdout.take().expect("piped")).read_line(&mut url).expect("a URL");
    let mut connection = PgConnection::connect(url.trim_end()).await.expect("a connection");
    let data: String = query_scalar("SHOW data_directory").fetch_one(&mut connection).await.expect("a setting");
    assert!(Path::new(&data).exists());

    holder.kill().expect("SIGKILL");
    holder.wait().expect("it is dead");

    supervisor.wait().expect("the supervisor ends");
    assert!(!Path::new(&data).exists());
    connection.ping().await.expect_err("no server is left");
}

enum Connected {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

async fn connect(engine: Engine, url: &str) -> Result<Connected, sqlx::Error> {
    Ok(match engine {
        Engine::Postgres => Connected::Postgres(PgConnection::connect(url).await?),
        Engine::Sqlite => Connected::Sqlite(SqliteConnection::connect(url).await?),
    })
}
