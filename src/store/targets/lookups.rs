//! Finding targets by their tags, several by one statement.

use std::iter::repeat_n;
use std::marker::PhantomData;
use std::time::Duration;

use super::{TargetRow, WholeRow, reached, readable, whole};
use crate::store::db::{Db, Record};
use crate::store::shared::Statement;

/// A statement for one tag, and others for as many as are looked for at once; each with the number of its placeholders,
/// of which a share leaves few empty.
macro_rules! found {
    ($select:ident) => {
        [
            (1, $select!("target_tag = $1")),
            (4, $select!("target_tag IN ($1, $2, $3, $4)")),
            (8, $select!("target_tag IN ($1, $2, $3, $4, $5, $6, $7, $8)")),
            (16, $select!("target_tag IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)")),
        ]
    };
}

/// What is found of a target.
pub(in crate::store) trait Row: Record + Clone + Sync {
    /// By any of so many tags, the fewest first.
    const FIND: [(usize, &'static str); 4];
    /// By an id, within the reach of a session.
    const FIND_REACHED: &'static str;

    fn tag(&self) -> &[u8];
}

impl Row for TargetRow {
    const FIND: [(usize, &'static str); 4] = found!(readable);
    const FIND_REACHED: &'static str = readable!(reached!());

    fn tag(&self) -> &[u8] {
        &self.target_tag
    }
}

impl Row for WholeRow {
    const FIND: [(usize, &'static str); 4] = found!(whole);
    const FIND_REACHED: &'static str = whole!(reached!());

    fn tag(&self) -> &[u8] {
        self.readable.tag()
    }
}

/// Finds the rows of tags.
#[derive(Clone)]
pub(in crate::store) struct Find<R> {
    db: Db,
    found: PhantomData<fn() -> R>,
}

impl<R> Find<R> {
    pub(in crate::store) fn new(db: Db) -> Self {
        Self { db, found: PhantomData }
    }
}

impl<R: Row> Statement for Find<R> {
    /// The tag.
    type Wish = Vec<u8>;
    type Outcome = Option<R>;

    const AT_ONCE: usize = R::FIND[R::FIND.len() - 1].0;

    fn limit(&self) -> Duration {
        self.db.acquire_timeout()
    }

    async fn run(&self, tags: &[Vec<u8>]) -> Result<Vec<Option<R>>, sqlx::Error> {
        let fitting = R::FIND.into_iter().find(|(places, _)| tags.len() <= *places);
        let (places, sql) = fitting.expect("no share is larger than the longest statement");
        // No target has an empty tag.
        let bound = tags.iter().map(Vec::as_slice).chain(repeat_n(&[][..], places - tags.len()));
        let query = bound.fold(self.db.query(sql), |query, tag| query.bind(tag.to_vec()));
        let rows: Vec<R> = query.fetch_all().await?;
        Ok(tags.iter().map(|tag| rows.iter().find(|row| row.tag() == tag).cloned()).collect())
    }
}
