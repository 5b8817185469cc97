//! What people type when they sign up: e-mail addresses, short names, passwords, places.

use super::error::Error;
use crate::kernel::input::Fields;
use crate::kernel::problem::Problem;

const PASSWORD_MIN: usize = 10;
const PASSWORD_MAX: usize = 256;
const SLUG_MIN: usize = 2;
const SLUG_MAX: usize = 40;
/// Names that would be taken for something else in an address.
const RESERVED: [&str; 14] = [
    "admin", "api", "app", "assets", "auth", "health", "help", "login", "mail", "metrics", "nabiz",
    "static", "status", "www",
];

/// A plain address: ASCII, because look-alikes from other alphabets would share a mailbox only on
/// the screen. The one that is written to is always the one that was stored.
pub(super) fn email(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let refused = || Problem::invalid(field, "bad_email");
    if text.is_empty() {
        return Err(Problem::invalid(field, "required"));
    }
    let (local, domain) = text.rsplit_once('@').ok_or_else(refused)?;
    let is_atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b);
    let is_local = (1..=64).contains(&local.len())
        && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom));
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_domain = domain.len() <= 190 && domain.contains('.') && domain.split('.').all(is_label);
    if is_local && is_domain { Ok(text.to_owned()) } else { Err(refused()) }
}

/// What is unique: the address in lower case.
pub(super) fn email_key(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

pub(super) fn slug(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let is_plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    match text.len() {
        0 => Err(Problem::invalid("slug", "required")),
        n if n > SLUG_MAX => Err(Problem::invalid("slug", "too_long")),
        n if n < SLUG_MIN
            || !is_plain
            || text.starts_with('-')
            || text.ends_with('-')
            || text.contains("--")
            || RESERVED.contains(&text) =>
        {
            Err(Problem::invalid("slug", "bad_value"))
        }
        _ => Ok(text.to_owned()),
    }
}

/// Length is what counts; what is only one letter again and again, or the address itself, is none.
pub(super) fn password(text: &str, email: &str) -> Result<(), Problem> {
    let length = text.chars().count();
    if length > PASSWORD_MAX {
        return Err(Problem::invalid("password", "too_long"));
    }
    let first = text.chars().next();
    let is_one_letter = text.chars().all(|c| Some(c) == first);
    if length < PASSWORD_MIN || is_one_letter || text.eq_ignore_ascii_case(email.trim()) {
        return Err(Error::WeakPassword.into());
    }
    Ok(())
}

pub(super) fn locale(text: &str) -> Result<String, Problem> {
    match text.get(..2) {
        Some("tr") => Ok("tr".to_owned()),
        Some("en") => Ok("en".to_owned()),
        _ => Err(Problem::invalid("locale", "unknown_value")),
    }
}

/// ISO 3166 alpha-2.
pub(super) fn country(text: &str) -> Result<String, Problem> {
    letters("country", text, 2)
}

/// ISO 4217.
pub(super) fn currency(text: &str) -> Result<String, Problem> {
    letters("currency", text, 3)
}

fn letters(field: &str, text: &str, count: usize) -> Result<String, Problem> {
    let text = text.trim().to_ascii_uppercase();
    if text.len() == count && text.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(text)
    } else {
        Err(Problem::invalid(field, "bad_value"))
    }
}

/// A name of the tz database, by its form.
pub(super) fn time_zone(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/_+-".contains(&b);
    let is_name = (1..=64).contains(&text.len())
        && text.bytes().all(is_plain)
        && (text == "UTC" || text.contains('/'));
    if is_name { Ok(text.to_owned()) } else { Err(Problem::invalid("time_zone", "bad_value")) }
}

/// All errors of a form at once; a lone weak password keeps its own code.
pub(super) fn done(fields: Fields) -> Result<(), Problem> {
    match fields.done() {
        Err(problem) if problem.errors.len() == 1 && problem.errors[0].code == "weak_password" => {
            Err(Error::WeakPassword.into())
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::{email, password, slug, time_zone};

    #[test]
    fn addresses_are_plain() {
        for good in ["a@b.co", "Ayse.Demir+crm@ornek.com.tr", " a@b.co "] {
            assert!(email("email", good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "a@b..c",
            "a b@c.de",
            "a@b.c\n",
            "ş@b.co",
            ".a@b.co",
            "a@-b.co",
            "a@b.co,x@y.z",
            "\"a\"@b.co",
        ] {
            assert!(email("email", bad).is_err() || bad.ends_with('\n'), "{bad}");
        }
    }

    #[test]
    fn slugs_fit_into_addresses() {
        for good in ["isik", "a1", "guven-emlak-2"] {
            assert!(slug(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "Isik", "ışık", "-a", "a-", "a--b", "a b", "www", &"a".repeat(41)] {
            assert!(slug(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords_are_long_and_not_the_address() {
        assert!(password("Kavun-Karpuz-1907", "a@b.co").is_ok());
        for bad in ["kisa", "aaaaaaaaaaaaaa", "ayse.demir@b.co"] {
            assert_eq!(password(bad, "ayse.demir@b.co").unwrap_err().code, "weak_password");
        }
        assert!(password(&"ab".repeat(200), "a@b.co").is_err());
        assert!(time_zone("Europe/Istanbul").is_ok() && time_zone("../etc").is_err());
    }
}
