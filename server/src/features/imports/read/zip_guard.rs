//! What an XLSX unpacks to is known before anything parses it: declared sizes first, then every
//! entry is really unpacked into a counter.

use std::io::{Cursor, Read};

use super::unsupported;
use crate::kernel::problem::{Class, Problem};

const ENTRIES_MAX: usize = 2_000;
/// Bytes of all entries together.
const UNPACKED_MAX: u64 = 256 * 1024 * 1024;
/// Text packs to a tenth, not to a thousandth; small files may be odd.
const RATIO_MAX: u64 = 150;
const RATIO_FREE: u64 = 4 * 1024 * 1024;

/// # Errors
/// `unsupported_file` when it is no workbook, `too_big` when it is a bomb.
pub(super) fn check(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unsupported())?;
    if archive.len() > ENTRIES_MAX {
        return Err(Problem::of(Class::TooBig));
    }
    let packed = bytes.len() as u64;
    let bound = |unpacked: u64| {
        if unpacked > UNPACKED_MAX
            || (unpacked > RATIO_FREE && unpacked / packed.max(1) > RATIO_MAX)
        {
            Err(Problem::of(Class::TooBig))
        } else {
            Ok(())
        }
    };
    let mut declared = 0_u64;
    let mut workbook = false;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|_| unsupported())?;
        declared = declared.saturating_add(entry.size());
        workbook |= entry.name().is_ok_and(|name| name == "xl/workbook.xml");
        bound(declared)?;
    }
    if !workbook {
        return Err(unsupported());
    }
    let mut actual = 0_u64;
    let mut buffer = vec![0_u8; 64 * 1024];
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|_| unsupported())?;
        loop {
            let read = entry.read(&mut buffer).map_err(|_| unsupported())?;
            if read == 0 {
                break;
            }
            actual += read as u64;
            bound(actual)?;
        }
    }
    Ok(())
}
