//! The words that a message can be found by. A prefix is a range of the key, which PostgreSQL may
//! use below row security.

use std::collections::BTreeSet;

use entities::tenancy::OfTenant;
use entities::{message, message_token};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::db::Tx;
use crate::kernel::fold;
use crate::kernel::problem::Problem;

/// Longest token, in characters; longer words are found by their beginning.
const TOKEN_MAX: usize = 32;
/// Most tokens of one message.
const TOKENS_MAX: usize = 400;
/// Most words of a query that are looked at.
const QUERY_MAX: usize = 6;

fn cut(word: String) -> String {
    match word.char_indices().nth(TOKEN_MAX) {
        Some((at, _)) => word[..at].to_owned(),
        None => word,
    }
}

/// The tokens of a text.
pub(super) fn of(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in fold::words(text) {
        found.insert(cut(word));
        if found.len() == TOKENS_MAX {
            break;
        }
    }
    found
}

/// The words of a query, folded and cut like tokens, the longest first.
pub(super) fn query_words(q: &str) -> Vec<String> {
    let mut found: Vec<String> = fold::words(q).into_iter().map(cut).collect();
    found.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    found.dedup();
    found.truncate(QUERY_MAX);
    found
}

/// The smallest text that no token with this prefix reaches.
pub(super) fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// Whether every word begins one of the tokens.
pub(super) fn fit(tokens: &BTreeSet<String>, words: &[String]) -> bool {
    words.iter().all(|word| {
        tokens.range(word.clone()..).next().is_some_and(|token| token.starts_with(word.as_str()))
    })
}

pub(super) async fn write(tx: &Tx<'_>, row: &message::Model) -> Result<(), Problem> {
    let rows: Vec<_> = of(&row.text)
        .into_iter()
        .map(|token| message_token::ActiveModel {
            tenant_id: Set(tx.tenant()),
            token: Set(token),
            at: Set(row.created_at.timestamp_millis()),
            room_id: Set(row.room_id),
            n: Set(row.n),
        })
        .collect();
    if !rows.is_empty() {
        message_token::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) async fn forget(tx: &Tx<'_>, row: &message::Model) -> Result<(), Problem> {
    let tokens = of(&row.text);
    if tokens.is_empty() {
        return Ok(());
    }
    message_token::Entity::forget(tx.tenant())
        .filter(message_token::Column::Token.is_in(tokens))
        .filter(message_token::Column::At.eq(row.created_at.timestamp_millis()))
        .filter(message_token::Column::RoomId.eq(row.room_id))
        .filter(message_token::Column::N.eq(row.n))
        .exec(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{end_of, fit, of, query_words};

    #[test]
    fn a_message_is_found_the_turkish_way_by_beginnings_in_any_order() {
        let text = "Işıl Hanım'ın teklifi ÇOK güzel, yarın 14:30'da arayalım";
        for q in ["isil", "IŞIL", "ışı", "guzel cok", "tekl yar", "14", "14:30", "arayalım"] {
            assert!(fit(&of(text), &query_words(q)), "{q}");
        }
        for q in ["ankara", "güzel ankara", "ışıll"] {
            assert!(!fit(&of(text), &query_words(q)), "{q}");
        }
        assert!(query_words(" ,.! ").is_empty());
        assert!(of(&"a".repeat(50)).iter().all(|token| token.len() == 32));
        assert!("isil" < end_of("isi").as_str() && end_of("isi").as_str() < "isj");
    }

    #[test]
    fn a_long_message_has_a_bounded_number_of_tokens() {
        let text: String = (0..3_000).map(|n| format!("{n} ")).collect();
        assert_eq!(of(&text).len(), 400);
    }
}
