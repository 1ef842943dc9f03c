//! Changing a target: one after another, sealed into its row and version, with a status for every type.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use kycd::domain::facts::Status;
use kycd::domain::payto::Payto;
use kycd::domain::requirement::Requirements;
use kycd::store::{OpenTarget, Store, StoreError};
use kycd::vault::VaultError;
use rstest::rstest;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::{Installation, START};
use crate::people::{A, B, find, plain, proof, register, save, value};
use crate::requirements::{PROVIDER, requirement, requirements};
use crate::sql::Sql;

const NAMES: [(&str, &str); 2] = [("first_name", "Ada"), ("last_name", "Lovelace")];

async fn opened(store: &Store, id: Uuid) -> Result<kycd::domain::document::Document, StoreError> {
    store.find_by_id(id).await?.expect("the target").document()
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn changes_of_one_target_happen_one_after_another(#[case] engine: Engine) {
    let installation = Installation::on(engine).await;
    let replicas = [installation.store.clone(), installation.replica().await];
    register(&installation.store, &plain(A), &[("first_name", "0")]).await;

    let increments = (0..20).map(|turn| {
        let store = replicas[turn % 2].clone();
        tokio::spawn(async move {
            save(&store, &Payto::from(&plain(A)), |document| {
                let count: u32 = value(document, "first_name").expect("a value").parse().expect("a number");
                document.set_value("first_name", (count + 1).to_string());
            })
            .await
        })
    });
    for done in join_all(increments).await {
        done.expect("no panic");
    }

    let document = find(&installation.store, &plain(A)).await.expect("the customer").document().expect("it opens");
    assert_eq!(value(&document, "first_name").as_deref(), Some("20"));
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_document_opens_in_its_own_row_alone(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let ids = [register(&store, &plain(A), &NAMES).await, register(&store, &plain(B), &NAMES).await];

    let mut sql = Sql::connect(&database).await;
    sql.execute("CREATE TABLE before AS SELECT id, document FROM payment_targets", &[]).await;
    let swap = "UPDATE payment_targets SET document = \
                (SELECT before.document FROM before WHERE before.id <> payment_targets.id)";
    assert_eq!(sql.execute(swap, &[]).await, 2);

    for id in ids {
        let error = opened(&store, id).await.err().expect("it was moved");
        assert!(matches!(error, StoreError::Vault(VaultError::Tampered(place)) if place.row == id), "{error:?}");
    }
}

#[rstest]
#[case::the_document_of_another_target("document", "payment_targets.document of row ")]
#[case::the_payto_of_another_target("payto", "payment_targets.payto of row ")]
#[case::the_key_of_another_target("data_key", "payment_targets.data_key of row ")]
#[tokio::test]
async fn what_is_moved_to_another_row_is_named_by_the_error(
    #[case] column: &str,
    #[case] named: &str,
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let (a, b) = (register(&store, &plain(A), &NAMES).await, register(&store, &plain(B), &NAMES).await);

    let copy = format!(
        "UPDATE payment_targets SET {column} = (SELECT {column} FROM payment_targets WHERE id = $2) WHERE id = $1"
    );
    Sql::connect(&database).await.execute(&copy, &[a, b]).await;

    let error = match store.find_by_id(a).await {
        Err(error) => error,
        Ok(found) => {
            let found = found.expect("the target");
            found.document().err().or(found.payto().err()).expect("one of them was moved")
        }
    };
    assert!(error.to_string().starts_with(&format!("{named}{a}")), "{error}");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn an_older_document_cannot_be_put_back(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;
    let mut sql = Sql::connect(&database).await;
    sql.execute("CREATE TABLE backup AS SELECT id, document FROM payment_targets", &[]).await;
    register(&store, &plain(A), &[("first_name", "Augusta")]).await;
    opened(&store, id).await.map(drop).expect("the newer one opens");

    let restore = "UPDATE payment_targets SET document = (SELECT document FROM backup) WHERE id = $1";
    assert_eq!(sql.execute(restore, &[id]).await, 1);

    let error = opened(&store, id).await.err().expect("it is the older one");
    assert!(matches!(error, StoreError::Vault(VaultError::Tampered(_))), "{error:?}");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn unreadable_facts_are_named_by_table_column_and_row(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;

    Sql::connect(&database).await.execute("UPDATE payment_targets SET facts = '[]' WHERE id = $1", &[id]).await;

    let error = store.find_target(&Payto::from(&plain(A)).hash()).await.err().expect("it is corrupt");
    assert_eq!(error.to_string(), format!("corrupt row: payment_targets.facts of {id}"));
}

/// The rows of `statuses`, which have to say what the facts say.
async fn statuses(sql: &mut Sql) -> Vec<String> {
    sql.texts("SELECT type || ' ' || status || ' ' || CAST(changed_at AS TEXT) FROM statuses ORDER BY 1").await
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_status_is_kept_for_every_type_from_its_last_change(#[case] engine: Engine) {
    let Installation { store, database, clock, .. } = Installation::on(engine).await;
    let mut sql = Sql::connect(&database).await;
    let (first, second) = (START.micros(), START.micros() + 1);

    let id = register(&store, &plain(A), &NAMES[..1]).await;
    assert!(statuses(&mut sql).await.is_empty(), "NEEDS_INFO is what a type without a row has");

    register(&store, &plain(A), &NAMES).await;
    assert_eq!(statuses(&mut sql).await, [format!("sep6 ACCEPTED {first}")]);

    clock.advance(std::time::Duration::from_micros(1));
    save_proof(&store, &NAMES).await;
    assert_eq!(statuses(&mut sql).await, [format!("sep6 ACCEPTED {first}"), format!("sep6-high ACCEPTED {second}")]);

    register(&store, &plain(A), &[("first_name", "Grace")]).await;
    assert_eq!(statuses(&mut sql).await, [format!("sep6 ACCEPTED {first}"), format!("sep6-high NEEDS_INFO {second}")]);

    let facts = store.find_by_id(id).await.expect("an answer").expect("the target").target.facts;
    let expected = [("sep6", Status::Accepted), ("sep6-high", Status::NeedsInfo)];
    assert_eq!(facts.statuses, expected.map(|(name, status)| (name.to_owned(), status)).into());
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn nothing_is_written_over_what_somebody_else_wrote_meanwhile(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let id = register(&store, &plain(A), &NAMES).await;
    let found = async || store.find_by_id(id).await.expect("an answer").expect("the target");
    let move_to = async |found: &OpenTarget, city: &str| {
        let mut document = found.document().expect("it opens");
        document.set_value("city", city.to_owned());
        let facts = store.assess(found, &document, &requirements(), store.now());
        store.save_quietly(found, &document, &facts, store.now()).await.expect("an answer")
    };

    let old = found().await;
    register(&store, &plain(A), &[("first_name", "Grace")]).await;
    assert!(!move_to(&old, "Oslo").await);

    let new = found().await;
    assert!(move_to(&new, "Rome").await);
    assert!(!move_to(&new, "Bern").await);

    let document = found().await.document().expect("it opens");
    assert_eq!(value(&document, "first_name").as_deref(), Some("Grace"));
    assert_eq!(value(&document, "city").as_deref(), Some("Rome"));
}

/// Stores a proof of the customer of `A`.
async fn save_proof(store: &Store, values: &[(&str, &str)]) {
    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("a target");
    let mut document = locked.document().expect("a document");
    document.set_proof(PROVIDER, proof(values), &tx.binder(&locked));
    tx.save_assessed(&locked, &document, &requirements()).await.expect("it can be saved");
    tx.commit().await.expect("a commit");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_type_that_is_no_longer_configured_has_no_status(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    register(&store, &plain(A), &NAMES).await;
    let other = BTreeMap::from([("sep31".to_owned(), requirement(&["first_name"], &[], None))]);
    let other = Requirements::new("sep31".to_owned(), other, None);

    let mut tx = store.begin().await.expect("a transaction");
    let locked = tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("a target");
    let document = locked.document().expect("a document");
    tx.save_assessed(&locked, &document, &other).await.expect("it can be saved");
    tx.commit().await.expect("a commit");

    let statuses = statuses(&mut Sql::connect(&database).await).await;
    assert!(matches!(&statuses[..], [only] if only.starts_with("sep31 ACCEPTED")), "{statuses:?}");
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_bare_payto_is_assessed_for_the_proof_alone(#[case] engine: Engine) {
    let Installation { store, database, .. } = Installation::on(engine).await;
    let payto = Payto::parse("payto://void/").expect("a payto URI");
    let bind = |_: &str, value: &str| value.to_owned();

    save(&store, &payto, |document| document.set_proof(PROVIDER, proof(&[]), &bind)).await;

    let facts = store.find_target(&payto.hash()).await.expect("an answer").expect("the target").facts;
    assert_eq!(facts.statuses, BTreeMap::from([(Requirements::BARE.to_owned(), Status::Accepted)]));
    assert_eq!(statuses(&mut Sql::connect(&database).await).await.len(), 1);
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn the_hash_of_a_value_depends_on_customer_field_and_value(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut tx = store.begin().await.expect("a transaction");
    let a = tx.lock_or_insert_target(&Payto::from(&plain(A))).await.expect("a target");
    let b = tx.lock_or_insert_target(&Payto::from(&plain(B))).await.expect("a target");
    let (of_a, of_b) = (tx.binder(&a), tx.binder(&b));

    assert_eq!(of_a("first_name", "Ada"), of_a("first_name", "Ada"));
    for other in [of_b("first_name", "Ada"), of_a("last_name", "Ada"), of_a("first_name", "Grace")] {
        assert_ne!(of_a("first_name", "Ada"), other);
    }
}
