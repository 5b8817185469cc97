//! What may stand below a message as a sign: one emoji, as a keyboard makes it.

/// Most scalars of one emoji: a family of four with skin tones has eleven.
const SCALARS_MAX: usize = 12;

/// Whether this is exactly one emoji.
pub(super) fn is_one(text: &str) -> bool {
    const JOINER: char = '\u{200d}';
    if text.len() > SCALARS_MAX * 4 {
        return false;
    }
    let all: Vec<char> = text.chars().collect();
    match all.as_slice() {
        [] => return false,
        // keycaps: 1️⃣ # *
        ['0'..='9' | '#' | '*', rest @ ..] => {
            return matches!(rest, ['\u{20e3}'] | ['\u{fe0f}', '\u{20e3}']);
        }
        [a, b] if is_letter_of_flag(*a) => return is_letter_of_flag(*b),
        _ => {}
    }
    let mut joined = true;
    for (at, c) in all.iter().enumerate() {
        match *c {
            JOINER if at > 0 && !joined => joined = true,
            c if is_mark(c) && at > 0 => {}
            c if is_sign(c) && joined => joined = false,
            _ => return false,
        }
    }
    !joined && all.len() <= SCALARS_MAX
}

fn is_letter_of_flag(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

/// What changes the sign before it: the coloured form, skin, the letters of a region's flag.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

fn is_sign(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}' | '\u{24c2}'
        | '\u{25aa}'..='\u{27bf}' | '\u{2934}'..='\u{2935}' | '\u{2b05}'..='\u{2b55}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f004}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn one_emoji_is_one_however_many_scalars_it_has() {
        for one in ["👍", "❤️", "👍🏽", "🇹🇷", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🧑🏿‍🚀", "✅", "☎️", "🫡", "❤️‍🔥"]
        {
            assert!(is_one(one), "{one}");
        }
        for other in [
            "",
            " ",
            "a",
            "1",
            "👍👍",
            "👍 ",
            "tamam",
            "<b>",
            "🇹",
            "🇹🇷🇹🇷",
            "\u{200d}",
            "👍\u{200d}",
            "️",
            "👍a",
            "\u{202e}",
            "ş",
        ] {
            assert!(!is_one(other), "{other:?}");
        }
        assert!(!is_one(&"👍".repeat(1_000_000)));
        assert!(!is_one(&format!("👍{}", "\u{fe0f}".repeat(11 + 1))));
    }
}
