//! Boards as they were last shown whole, ready to be sent again. What a board shows changes only
//! with an event on its topic, so the topic's position tells whether an answer still holds; most
//! of the cost of a large board is reading rows that nobody has touched.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use entities::ids::{BoardId, TenantId};
use sea_orm::Condition;

use super::window::{position, windows};
use crate::db::Tx;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Position;

/// Bytes of answers that are kept; beyond that all are given up.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// A board with a number of cards for each stage.
type Asked = (TenantId, BoardId, u64);

/// One for each worker thread.
#[derive(Default)]
pub(in super::super) struct Remembered(Mutex<Shelf>);

#[derive(Default)]
struct Shelf {
    answers: HashMap<Asked, (Position, Bytes)>,
    bytes: usize,
}

impl Shelf {
    fn keep(&mut self, asked: Asked, position: Position, answer: Bytes) {
        if let Some((_, old)) = self.answers.remove(&asked) {
            self.bytes -= old.len();
        }
        if self.bytes + answer.len() > BYTES_MAX {
            *self = Self::default();
        }
        if answer.len() <= BYTES_MAX {
            self.bytes += answer.len();
            self.answers.insert(asked, (position, answer));
        }
    }
}

impl Remembered {
    /// The whole board as JSON, `BoardWindows`. Only what everybody of the tenant sees alike is
    /// remembered: for who sees some records, every answer is made.
    ///
    /// # Errors
    /// `not_found`, and those of the database.
    pub(in super::super) async fn whole(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        board: BoardId,
        limit: u64,
    ) -> Result<Bytes, Problem> {
        let is_shared = by.visibility == Visibility::All;
        let asked = (tx.tenant(), board, limit);
        if is_shared {
            let now = position(tx, board).await?;
            if let Some((at, answer)) = self.lock().answers.get(&asked)
                && *at == now
            {
                return Ok(answer.clone());
            }
        }
        let shown = windows(tx, by, board, &Condition::all(), limit).await?;
        let shown = shown.ok_or_else(Problem::not_found)?;
        let answer = super::json(&shown)?;
        if is_shared {
            let at = Position { epoch: shown.epoch, seq: shown.seq };
            self.lock().keep(asked, at, answer.clone());
        }
        Ok(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        // no code panics while it holds the lock
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn asked(n: u128) -> Asked {
        (TenantId(Uuid::from_u128(1)), BoardId(Uuid::from_u128(n)), 200)
    }

    #[test]
    fn the_shelf_never_holds_more_than_its_bytes() {
        let mut shelf = Shelf::default();
        let at = Position { epoch: "e".to_owned(), seq: 1 };
        let large = Bytes::from(vec![b' '; BYTES_MAX / 3]);
        for n in 0..10 {
            shelf.keep(asked(n % 4), at.clone(), large.clone());
            let held: usize = shelf.answers.values().map(|(_, answer)| answer.len()).sum();
            assert_eq!(held, shelf.bytes);
            assert!(held <= BYTES_MAX);
        }
        shelf.keep(asked(9), at, Bytes::from(vec![b' '; BYTES_MAX + 1]));
        assert!(!shelf.answers.contains_key(&asked(9)));
    }
}
