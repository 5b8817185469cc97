//! Text of unknown origin: which encoding, and which delimiter.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1254};

/// A file as text.
pub(super) struct Text {
    pub(super) text: String,
    /// `utf-8`, `utf-16le`, `utf-16be`, `windows-1254`.
    pub(super) encoding: &'static str,
}

/// Decodes by mark, else by what the bytes can be. None when they are no text at all.
pub(super) fn text(bytes: &[u8]) -> Option<Text> {
    if bytes.starts_with(b"%PDF") || bytes.starts_with(&[0x89, b'P', b'N', b'G']) {
        return None;
    }
    let decoded = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => decode(encoding, bytes.get(mark..)?),
        None => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Text { text: text.to_owned(), encoding: "utf-8" },
            _ => match half_nul(bytes) {
                Some(encoding) => decode(encoding, bytes),
                None => decode(WINDOWS_1254, bytes),
            },
        },
    };
    let strange = decoded
        .text
        .chars()
        .take(20_000)
        .filter(|c| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{1a}') || *c == '\u{fffd}'
        })
        .count();
    let seen = decoded.text.chars().take(20_000).count();
    // a stray byte is a bad cell; a hundredth of them is a picture
    (strange * 100 <= seen).then_some(decoded)
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> Text {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let name = match encoding.name() {
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "windows-1254" => "windows-1254",
        _ => "utf-8",
    };
    Text { text: text.into_owned(), encoding: name }
}

/// UTF-16 without a mark: every other byte of Western text is zero.
fn half_nul(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(2_000))?;
    let nul = |first: usize| head.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let half = head.len() / 2;
    match (nul(0), nul(1)) {
        (even, odd) if odd > half * 6 / 10 && even < half / 10 => Some(UTF_16LE),
        (even, odd) if even > half * 6 / 10 && odd < half / 10 => Some(UTF_16BE),
        _ => None,
    }
}

/// The character that parts the first lines most evenly; `,` when there is nothing to part.
pub(super) fn delimiter(text: &str) -> char {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(30).collect();
    let mut best = (0_usize, 0_usize, ',');
    for candidate in [';', '\t', ','] {
        let counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, candidate)).collect();
        let Some(first) = counts.first().copied().filter(|first| *first > 0) else { continue };
        let even = counts.iter().filter(|count| **count == first).count();
        if (even, first) > (best.0, best.1) {
            best = (even, first, candidate);
        }
    }
    best.2
}

fn outside_quotes(line: &str, wanted: char) -> usize {
    let mut inside = false;
    line.chars()
        .filter(|c| {
            inside ^= *c == '"';
            !inside && *c == wanted
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::{delimiter, text};

    #[test]
    fn encodings_are_told_apart() {
        let utf16: Vec<u8> =
            "Ad;Soyad\nIşık;Öz".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut marked = vec![0xff, 0xfe];
        marked.extend(&utf16);
        let windows = [b"Ad;\xdeehir\n".as_slice(), b"I\xfe\xfdk;\xddzmir"].concat();
        for (bytes, encoding, wanted) in [
            ("Ad;Şehir".as_bytes().to_vec(), "utf-8", "Ad;Şehir"),
            ("\u{feff}Ad;Şehir".as_bytes().to_vec(), "utf-8", "Ad;Şehir"),
            (marked, "utf-16le", "Ad;Soyad\nIşık;Öz"),
            (utf16, "utf-16le", "Ad;Soyad\nIşık;Öz"),
            (windows, "windows-1254", "Ad;Şehir\nIşık;İzmir"),
        ] {
            let read = text(&bytes).unwrap();
            assert_eq!((read.encoding, read.text.as_str()), (encoding, wanted));
        }
        assert!(text(&[0x89, b'P', b'N', b'G', 1, 2, 3]).is_none());
        assert!(text(&(0..=255).cycle().take(4_000).collect::<Vec<u8>>()).is_none());
    }

    #[test]
    fn delimiters_are_found() {
        for (text, wanted) in [
            ("a;b;c\n1;2;3\n", ';'),
            ("a,b\n\"x;y;z\",2\n", ','),
            ("a\tb\n1,5\t2,5\n", '\t'),
            ("ad;tutar\nAyşe;1,50\nAli;2,75", ';'),
            ("ad\nAyşe\n", ','),
        ] {
            assert_eq!(delimiter(text), wanted, "{text}");
        }
    }
}
