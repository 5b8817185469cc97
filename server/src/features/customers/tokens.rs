//! What a customer can be found by: folded words of name, company and e-mail, the tails of phone
//! numbers, and marks by which two records of one person meet (see [`Mark`]). A prefix of a token is a range in an ordinary index, which PostgreSQL may use
//! below row security; trigram and full-text operators are not leak-proof and would scan.

use std::collections::BTreeSet;

use entities::ids::CustomerId;
use entities::search_token;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::identity::{EMAIL, PHONE};
use crate::db::Tx;
use crate::kernel::fold::words;
use crate::kernel::problem::Problem;

/// Longest token, in characters; longer words are found by their beginning.
const TOKEN_MAX: usize = 32;
/// Most tokens of one customer.
const TOKENS_MAX: usize = 160;
/// Rows of one insert statement: three parameters each, far below both databases' limits.
const INSERT_ROWS: usize = 2_000;

/// Begins no word that anybody can type: marks are never hits of a search.
const MARK: char = '=';

/// What two records of one person are likely to share. Kept as a token, so that all bearers of one
/// stand together in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The folded words of the name, in whatever order they were typed.
    Name,
    /// The last digits of a phone: two numbers share them only if one lacks its area code.
    Phone,
    /// The mailbox of an e-mail, at whatever domain.
    Mailbox,
}

impl Mark {
    pub(super) const ALL: [Self; 3] = [Self::Name, Self::Phone, Self::Mailbox];

    fn letter(self) -> char {
        match self {
            Self::Name => 'n',
            Self::Phone => 'p',
            Self::Mailbox => 'e',
        }
    }

    /// The token of a value; long ones meet by their beginning and must be compared whole.
    pub(super) fn token(self, value: &str) -> String {
        cut(format!("{MARK}{}{value}", self.letter()))
    }
}

/// Digits of a phone's tail.
const TAIL: usize = 7;
/// Mailboxes that say nothing about a person.
const COMMON: [&str; 10] = [
    "info", "iletisim", "destek", "satis", "muhasebe", "mail", "admin", "contact", "sales",
    "office",
];

/// The words of a name as a set: "ÖZTÜRK, Ayşe" is "Ayşe Öztürk".
pub(super) fn name_words(name: &str) -> String {
    let set: BTreeSet<String> = words(name).into_iter().collect();
    set.into_iter().collect::<Vec<_>>().join(" ")
}

pub(super) fn tail(phone: &str) -> Option<&str> {
    let digits = phone.trim_start_matches('+');
    digits.get(digits.len().checked_sub(TAIL)?..)
}

pub(super) fn mailbox(email: &str) -> Option<&str> {
    let (local, _) = email.rsplit_once('@')?;
    (local.len() >= 4 && !COMMON.contains(&local)).then_some(local)
}

/// The tokens of a customer with this name, company and identities (`kind`, `value`).
pub(super) fn of<'a>(
    name: &str,
    company: Option<&str>,
    identities: impl Iterator<Item = (&'a str, &'a str)>,
) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for word in words(name).into_iter().chain(words(company.unwrap_or_default())) {
        tokens.insert(cut(word));
    }
    tokens.insert(Mark::Name.token(&name_words(name)));
    for (kind, value) in identities {
        match kind {
            PHONE | "whatsapp" => {
                phone_tokens(value, &mut tokens);
                tokens.extend(tail(value).map(|tail| Mark::Phone.token(tail)));
            }
            EMAIL => {
                tokens.extend(mailbox(value).map(|local| Mark::Mailbox.token(local)));
                tokens.extend(words(value).into_iter().map(cut));
                // and the address itself, as it is typed
                tokens.insert(cut(value.to_owned()));
            }
            _ => {}
        }
    }
    while tokens.len() > TOKENS_MAX {
        tokens.pop_last();
    }
    tokens
}

/// Every tail of at least three digits of the national number, and the number with its country
/// code, so that any run of digits inside a number is a prefix of some token.
fn phone_tokens(value: &str, tokens: &mut BTreeSet<String>) {
    let digits = value.trim_start_matches('+');
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let national = digits.strip_prefix("90").filter(|n| n.len() >= 7).unwrap_or(digits);
    for start in 0..=national.len().saturating_sub(3) {
        if let Some(tail) = national.get(start..) {
            tokens.insert(tail.to_owned());
        }
    }
    tokens.insert(digits.to_owned());
}

fn cut(word: String) -> String {
    match word.char_indices().nth(TOKEN_MAX) {
        Some((at, _)) => word[..at].to_owned(),
        None => word,
    }
}

/// The words of a query, folded and cut like tokens, longest first; at most six.
pub(super) fn query_words(q: &str, country: &str) -> Vec<String> {
    let whole = q.trim();
    if let Some(digits) = super::identity::phone_fragment(whole, country) {
        return vec![digits];
    }
    if whole.contains('@') && !whole.contains(char::is_whitespace) {
        return vec![cut(crate::kernel::fold::fold(whole))];
    }
    let mut found: Vec<String> =
        words(whole).into_iter().map(|word| cut(trunk_free(word))).collect();
    found.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    found.dedup();
    found.truncate(6);
    found
}

/// "ayşe 0532": the trunk zero is not indexed.
fn trunk_free(word: String) -> String {
    let digits = word.len() >= 4 && word.bytes().all(|b| b.is_ascii_digit());
    match word.strip_prefix('0').filter(|_| digits) {
        Some(rest) => rest.to_owned(),
        None => word,
    }
}

/// The smallest text that no token with this prefix reaches.
pub(super) fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// Replaces a customer's tokens.
pub(super) async fn write(
    tx: &Tx<'_>,
    customer: CustomerId,
    tokens: BTreeSet<String>,
) -> Result<(), Problem> {
    forget(tx, customer).await?;
    add(tx, tokens.into_iter().map(|token| (customer, token)).collect()).await
}

/// Takes a customer out of the search.
pub(super) async fn forget(tx: &Tx<'_>, customer: CustomerId) -> Result<(), Problem> {
    search_token::Entity::forget(tx.tenant())
        .filter(search_token::Column::CustomerId.eq(customer))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds tokens of new customers.
pub(super) async fn add(tx: &Tx<'_>, rows: Vec<(CustomerId, String)>) -> Result<(), Problem> {
    for part in rows.chunks(INSERT_ROWS) {
        let models = part.iter().map(|(customer, token)| search_token::ActiveModel {
            tenant_id: Set(tx.tenant()),
            token: Set(token.clone()),
            customer_id: Set(*customer),
        });
        search_token::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{end_of, of, query_words};

    fn found(token_source: &str, q: &str) -> bool {
        let tokens = of(
            token_source,
            Some("Işık Ltd."),
            [("phone", "+905321234567"), ("email", "ali.veli@firma.com.tr")].into_iter(),
        );
        query_words(q, "TR")
            .iter()
            .all(|word| tokens.range(word.clone()..end_of(word)).next().is_some())
    }

    #[test]
    fn a_customer_is_found_by_what_people_type() {
        for q in [
            "ayşe",
            "AYSE",
            "öztürk",
            "ozt",
            "isik",
            "IŞIK",
            "ışık",
            "veli",
            "firma",
            "ali.veli@firma.com.tr",
            "ali.veli@fir",
            "0532",
            "532 123",
            "1234",
            "567",
            "+90 532 123 45 67",
            "905321234567",
            "05321234567",
            "ayşe işik",
            "ayse 4567",
        ] {
            assert!(found("Ayşe Öztürk", q), "{q}");
        }
        for q in ["fatma", "0533", "ayşe fatma", "999"] {
            assert!(!found("Ayşe Öztürk", q), "{q}");
        }
    }

    #[test]
    fn the_order_of_a_names_words_does_not_matter() {
        let key = super::name_words;
        assert_eq!(key("ÖZTÜRK, Ayşe"), key("Ayşe  Öztürk"));
        assert_ne!(key("Ayşe Öztürk"), key("Ayşe Gül Öztürk"));
        let marks = super::Mark::ALL.map(|mark| mark.token("1234567"));
        assert!(marks.iter().all(|mark| !query_words("=n 1234567", "TR").contains(mark)));
    }

    proptest::proptest! {
        #[test]
        fn any_three_digits_inside_a_number_find_it(number in "5[0-9]{9}", from in 0_usize..7, more in 3_usize..10) {
            let value = format!("+90{number}");
            let tokens = of("x", None, [("phone", value.as_str())].into_iter());
            let part: String = number.chars().skip(from).take(more).collect();
            proptest::prop_assert!(tokens.range(part.clone()..end_of(&part)).next().is_some());
        }
    }
}
