//! Lists: bounded pages and opaque cursors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input;
use super::problem::Problem;

/// Most items of one page.
pub const LIMIT_MAX: u64 = 200;
const LIMIT_DEFAULT: u64 = 50;

/// A page of a list; `next_cursor` is null on the last.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list that is whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}

/// What a client may say about the page it wants.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
pub struct Paging {
    /// 1 to 200, 50 when absent.
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    /// # Errors
    /// `invalid` outside 1..=200.
    pub fn limit(&self) -> Result<u64, Problem> {
        limit(self.limit, LIMIT_DEFAULT)
    }

    /// The cursor's content.
    ///
    /// # Errors
    /// `invalid` when it is not one of ours.
    pub fn after<C: DeserializeOwned>(&self) -> Result<Option<C>, Problem> {
        self.cursor.as_deref().map(decode).transpose()
    }
}

/// # Errors
/// `invalid` outside 1..=200.
pub fn limit(asked: Option<i64>, default: u64) -> Result<u64, Problem> {
    match asked {
        None => Ok(default),
        Some(n) => match u64::try_from(n) {
            Ok(n) if (1..=LIMIT_MAX).contains(&n) => Ok(n),
            _ => Err(Problem::invalid("limit", "bad_value")),
        },
    }
}

/// Of rows that were asked for with one to spare: leaves those of the page, and answers the cursor
/// behind the last of them where there are more.
pub fn cut<R, P: Serialize>(
    rows: &mut Vec<R>,
    limit: u64,
    position: impl FnOnce(&R) -> P,
) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(|last| encode(&position(last)))
}

/// Packs a position (any small serialisable value) into an opaque cursor.
pub fn encode<C: Serialize>(position: &C) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
}

fn decode<C: DeserializeOwned>(cursor: &str) -> Result<C, Problem> {
    let read = || {
        let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        input::refuse_nul(&value).ok()?;
        serde_json::from_value(value).ok()
    };
    read().ok_or_else(|| Problem::invalid("cursor", "bad_value"))
}
