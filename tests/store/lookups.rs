//! Customers that are looked for at once: everybody finds their own, and nobody waits for those who went away.

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use kycd::domain::memo::{CustomerKey, Memo};
use kycd::domain::session::{Reach, Selector};
use kycd::store::Store;
use rstest::rstest;
use uuid::Uuid;

use crate::database::Engine;
use crate::installation::Installation;
use crate::people::{A, register, with_memo};

/// More than share a few statements.
const CUSTOMERS: u64 = 100;

fn key(number: u64) -> CustomerKey {
    with_memo(A, Memo::Id(number))
}

async fn find(store: &Store, key: CustomerKey) -> Option<Uuid> {
    let found = store.find_customer(&Selector::Key(key), &Reach::Account(A)).await.expect("an answer");
    found.map(|target| target.id)
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_finds_its_own_customer_or_none(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let mut registered = Vec::new();
    for number in 0..CUSTOMERS {
        registered.push(register(&store, &key(number), &[]).await);
    }

    // Every other one was never registered; and everybody asks three times at once.
    let numbers = || (0..2 * CUSTOMERS).cycle().take(6 * usize::try_from(CUSTOMERS).expect("few"));
    let asking = numbers().map(|number| {
        let store = store.clone();
        tokio::spawn(async move { find(&store, key(number)).await })
    });
    let found = join_all(asking).await;

    for (number, found) in numbers().zip(found) {
        let expected = registered.get(usize::try_from(number).expect("few")).copied();
        assert_eq!(found.expect("no panic"), expected, "customer {number}");
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn a_lookup_sees_what_was_committed_before_it_began(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;

    for number in 0..CUSTOMERS {
        // Statements that began before the commit are under way meanwhile.
        let others: Vec<_> = (0..4)
            .map(|_| {
                tokio::spawn({
                    let store = store.clone();
                    async move { find(&store, key(number)).await }
                })
            })
            .collect();
        let id = register(&store, &key(number), &[]).await;
        assert_eq!(find(&store, key(number)).await, Some(id));
        for found in join_all(others).await {
            let found = found.expect("no panic");
            assert!(found.is_none() || found == Some(id));
        }
    }
}

#[rstest]
#[case::postgres(Engine::Postgres)]
#[case::sqlite(Engine::Sqlite)]
#[tokio::test]
async fn those_who_go_away_take_no_answer_with_them(#[case] engine: Engine) {
    let Installation { store, database: _database, .. } = Installation::on(engine).await;
    let id = register(&store, &key(1), &[]).await;

    for _ in 0..20 {
        let mut leaving: Vec<_> = (0..CUSTOMERS).map(|number| Box::pin(find(&store, key(number)))).collect();
        for asking in &mut leaving {
            assert!(asking.now_or_never().is_none(), "a lookup takes a statement");
        }
        let staying = find(&store, key(1));
        drop(leaving);
        assert_eq!(staying.await, Some(id));
    }
}
