//! One folding of text for search, sorting and comparison, made for Turkish: `IŞIK`, `ışık`,
//! `Isik` fold alike, and so do `İSTANBUL`, `Istanbul`, `istanbul`. The client's `fold` uses the
//! same test vectors.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case the Turkish way, then dotless ı to i, then without marks; inner space collapsed.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            'I' | 'ı' => folded.push('i'),
            c if is_combining_mark(c) => {}
            c if c.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            c => folded.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// The words of a text, folded; anything that is not a letter or digit parts words.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fold, words};

    #[test]
    fn turkish_letters_find_each_other() {
        for text in ["IŞIK", "ışık", "Isik", "ISIK", "işik", "İŞİK"] {
            assert_eq!(fold(text), "isik", "{text}");
        }
        for text in ["İSTANBUL", "Istanbul", "istanbul", "ıstanbul"] {
            assert_eq!(fold(text), "istanbul", "{text}");
        }
        assert_eq!(fold("  Çiğdem \t ÖZTÜRK "), "cigdem ozturk");
        assert_eq!(words("Güneş Yapı Ltd. Şti."), ["gunes", "yapi", "ltd", "sti"]);
    }
}
