//! Identities in their one normal form: a phone in E.164, an e-mail folded. Two spellings of the
//! same number or address must end as the same bytes, because those bytes are unique in the
//! database.

use std::str::FromStr;

use phonenumber::country;

/// What an identity can be; the words of the table's `kind`.
pub(crate) const PHONE: &str = "phone";
pub(crate) const EMAIL: &str = "email";
pub(crate) const EXTERNAL: &str = "external";

/// Longest text that is looked at as a phone or an e-mail, in bytes.
const RAW_MAX: usize = 320;

/// A normalised identity. `value` is what is compared, `display` what people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ident {
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) display: String,
}

/// A phone number as typed, in E.164 and in a readable form. `country` is the tenant's, ISO 3166.
///
/// # Errors
/// `bad_phone` when it cannot be a number.
pub(crate) fn phone(text: &str, country: &str) -> Result<Ident, &'static str> {
    let dialled = dialled(text).ok_or("bad_phone")?;
    let value = turkish_mobile(&dialled, country)
        .or_else(|| parsed(&dialled, country))
        .ok_or("bad_phone")?;
    let display = display(&value);
    Ok(Ident { kind: PHONE, value, display })
}

/// Digits with an optional leading `+`; anything people put between them is dropped, anything
/// else makes it no number.
fn dialled(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    if text.is_empty() || text.len() > RAW_MAX {
        return None;
    }
    let mut out = String::with_capacity(16);
    for c in text.chars() {
        match c {
            '0'..='9' => out.push(c),
            // full-width, Arabic-Indic and Persian digits are digits too
            '\u{ff10}'..='\u{ff19}' => out.push(digit(c, 0xff10)),
            '\u{660}'..='\u{669}' => out.push(digit(c, 0x660)),
            '\u{6f0}'..='\u{6f9}' => out.push(digit(c, 0x6f0)),
            '+' | '\u{ff0b}' if out.is_empty() => out.push('+'),
            ' ' | '\u{a0}' | '\t' | '-' | '\u{2010}'..='\u{2015}' | '.' | '/' | '(' | ')' => {}
            // direction marks that phones put around copied numbers
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ => return None,
        }
    }
    let out = match out.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => out,
    };
    // "+90 (0532) …": the trunk zero has no place behind a country code
    let out = match out.strip_prefix("+900") {
        Some(rest) => format!("+90{rest}"),
        None => out,
    };
    (out.trim_start_matches('+').len() <= 15).then_some(out)
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).wrapping_sub(zero), 10).unwrap_or('0')
}

/// Nine of ten numbers here; the general parser costs fifty times as much and knows fewer of the
/// newer ranges.
fn turkish_mobile(dialled: &str, country: &str) -> Option<String> {
    let national = match dialled.strip_prefix("+90") {
        Some(national) => national,
        None if country != "TR" || dialled.starts_with('+') => return None,
        None => match (dialled.len(), dialled) {
            (12, d) if d.starts_with("905") => d.get(2..)?,
            (11, d) if d.starts_with("05") => d.get(1..)?,
            (10, d) => d,
            _ => return None,
        },
    };
    (national.len() == 10 && national.starts_with('5')).then(|| format!("+90{national}"))
}

fn parsed(dialled: &str, country: &str) -> Option<String> {
    let home = country::Id::from_str(country).ok();
    let read = |text: &str| {
        let number = phonenumber::parse(home, text).ok()?;
        number.is_valid().then(|| number.format().mode(phonenumber::Mode::E164).to_string())
    };
    if let Some(value) = read(dialled) {
        return Some(value);
    }
    // "90 212 …" without the plus
    if !dialled.starts_with('+') && dialled.len() > 10 {
        return read(&format!("+{dialled}"));
    }
    None
}

/// `+90 532 123 45 67`, `444 0 123`; other countries keep their E.164 digits.
fn display(value: &str) -> String {
    let Some(national) = value.strip_prefix("+90") else { return value.to_owned() };
    match (national.len(), national.get(..3), national.get(3..)) {
        (7, Some("444"), Some(rest)) => {
            format!("444 {} {}", rest.get(..1).unwrap_or(""), rest.get(1..).unwrap_or(""))
        }
        (10, Some(area), Some(rest)) => format!(
            "+90 {area} {} {} {}",
            rest.get(..3).unwrap_or(""),
            rest.get(3..5).unwrap_or(""),
            rest.get(5..).unwrap_or("")
        ),
        _ => value.to_owned(),
    }
}

/// An e-mail address, folded: one `@`, no spaces, a domain with a dot.
///
/// # Errors
/// `bad_email` when it is none.
pub(crate) fn email(text: &str) -> Result<Ident, &'static str> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    if text.len() > 254 {
        return Err("bad_email");
    }
    let (local, domain) = text.rsplit_once('@').ok_or("bad_email")?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && !part
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "@,;:<>()[]\\\"".contains(c))
    };
    let labels = domain.contains('.')
        && domain.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-'));
    if !plain(local) || local.len() > 64 || !plain(domain) || !labels {
        return Err("bad_email");
    }
    let value = text
        .chars()
        .flat_map(|c| match c {
            // a Turkish keyboard's capitals; no mailbox tells them apart
            'İ' | 'I' | 'ı' => 'i'.to_lowercase(),
            c => c.to_lowercase(),
        })
        .collect();
    Ok(Ident { kind: EMAIL, value, display: text.to_owned() })
}

/// The id that another system gave to its own signal, kept apart by who sent it.
pub(crate) fn external(author: &str, id: &str) -> Ident {
    Ident { kind: EXTERNAL, value: format!("{author}:{id}"), display: id.to_owned() }
}

/// What a person typed as part of a phone number, as the digits that are indexed: the trunk zero
/// and the country code are left out. None when it does not look like one.
pub(crate) fn phone_fragment(text: &str, country: &str) -> Option<String> {
    let looks = text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !looks || digits.is_empty() || digits.len() > 15 {
        return None;
    }
    if let Some(rest) = digits.strip_prefix("00") {
        digits = rest.to_owned();
    }
    if country == "TR" {
        // a full number, or one being typed from its country code on
        let coded = digits.len() > 10 || text.trim_start().starts_with(['+']);
        if coded && let Some(rest) = digits.strip_prefix("90").filter(|rest| !rest.is_empty()) {
            digits = rest.to_owned();
        }
    }
    if let Some(rest) = digits.strip_prefix('0') {
        digits = rest.to_owned();
    }
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{email, phone, phone_fragment};

    fn e164(text: &str) -> Result<String, &'static str> {
        phone(text, "TR").map(|ident| ident.value)
    }

    #[test]
    fn one_number_has_one_form_however_it_is_written() {
        for text in [
            "0532 123 45 67",
            "+90 (532) 123-45-67",
            "5321234567",
            "00 90 532 123 45 67",
            "90 532 123 45 67",
            "+90 (0532) 123 45 67",
            "tel:+905321234567",
            "0532.123.45.67",
            "\u{202a}+90 532 123 45 67\u{202c}",
        ] {
            assert_eq!(e164(text).as_deref(), Ok("+905321234567"), "{text}");
        }
    }

    #[test]
    fn landlines_short_numbers_and_foreign_numbers() {
        assert_eq!(e164("0212 444 55 66").as_deref(), Ok("+902124445566"));
        assert_eq!(e164("444 0 123").as_deref(), Ok("+904440123"));
        assert_eq!(e164("0850 222 33 44").as_deref(), Ok("+908502223344"));
        assert_eq!(e164("+49 30 901820").as_deref(), Ok("+4930901820"));
        assert_eq!(phone("030 901820", "DE").map(|i| i.value).as_deref(), Ok("+4930901820"));
        assert_eq!(phone("444 0 123", "TR").map(|i| i.display).as_deref(), Ok("444 0 123"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "  ", "yok", "12", "12345", "0532 123 45 6", "0532-abc", "+", &"5".repeat(400)]
        {
            assert_eq!(e164(text), Err("bad_phone"), "{text}");
        }
    }

    #[test]
    fn addresses_are_folded() {
        for text in [
            "Info@Firma.com.tr",
            " INFO@FIRMA.COM.TR ",
            "İnfo@firma.com.tr",
            "mailto:info@firma.com.tr",
        ] {
            assert_eq!(email(text).map(|i| i.value).as_deref(), Ok("info@firma.com.tr"), "{text}");
        }
        for text in
            ["", "a", "a@", "@b.c", "a b@c.de", "a@b", "a@@b.c", "a@b..c", "a@-b.c", "a@b.c, d@e.f"]
        {
            assert_eq!(email(text), Err("bad_email"), "{text}");
        }
    }

    #[test]
    fn fragments_lose_trunk_zero_and_country_code() {
        for (text, digits) in [
            ("0532", "532"),
            ("532 12", "53212"),
            ("+90 532", "532"),
            ("905321234567", "5321234567"),
            ("0090532", "90532"),
            ("4567", "4567"),
        ] {
            assert_eq!(phone_fragment(text, "TR").as_deref(), Some(digits), "{text}");
        }
        assert_eq!(phone_fragment("4a", "TR"), None);
    }
}
