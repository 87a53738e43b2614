//! As much of PDF as it takes to see whether a file is whole, and how many pages it has.

/// Where readers look for the end mark.
const TAIL: usize = 1024;

/// Whether the file begins and ends as a PDF does.
pub(super) fn is_whole(content: &[u8]) -> bool {
    let tail = &content[content.len().saturating_sub(TAIL)..];
    content.starts_with(b"%PDF-") && find(tail, b"%%EOF").is_some()
}

/// The number of pages, when it can be told without doubt: as many page objects as the page tree counts, and
/// no objects packed away in compressed streams.
pub(super) fn pages(content: &[u8]) -> Option<usize> {
    if find(content, b"/ObjStm").is_some() {
        return None;
    }
    let (mut pages, mut trees) = (0, 0);
    for kind in values(content, b"/Type") {
        match name(kind) {
            b"/Page" => pages += 1,
            b"/Pages" => trees += 1,
            _ => {}
        }
    }
    let counts: Vec<usize> = values(content, b"/Count").filter_map(number).collect();
    // Several trees, or two counts, are of a file that was changed, or that nests its pages.
    (trees == 1 && counts == [pages]).then_some(pages)
}

/// What follows each place of a key, white space skipped.
fn values<'a>(content: &'a [u8], key: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let at = find(rest, key)?;
        rest = &rest[at + key.len()..];
        Some(rest.trim_ascii_start())
    })
}

/// The name at the start of a text, slash included.
fn name(text: &[u8]) -> &[u8] {
    let end = |byte: &u8| !byte.is_ascii_alphanumeric();
    let length = text
        .iter()
        .skip(1)
        .position(end)
        .map_or(text.len(), |at| at + 1);
    &text[..length.min(text.len())]
}

fn number(text: &[u8]) -> Option<usize> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[u8] = b"%PDF-1.4\n<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>\n\
        << /Type /Page /Parent 2 0 R >><</Type/Page/Parent 2 0 R>>\n%%EOF\n";

    #[test]
    fn pages_are_counted_where_two_counts_agree() {
        assert_eq!(pages(TWO), Some(2));
        let text = String::from_utf8(TWO.to_vec()).unwrap();
        for (from, to) in [
            ("/Count 2", "/Count 3"),
            ("/Count 2", ""),
            ("/Type /Page /", "/Type /ObjStm /"),
            ("/Type /Page /", "/Type /Pages /"),
        ] {
            let changed = text.replace(from, to);
            assert_ne!(changed, text);
            assert_eq!(pages(changed.as_bytes()), None, "{to}");
        }
        assert_eq!(pages(b"/Type"), None);
        assert_eq!(pages(b"/Type /"), None);
    }

    #[test]
    fn a_file_is_whole_with_both_its_marks() {
        assert!(is_whole(TWO));
        assert!(!is_whole(&TWO[1..]));
        assert!(!is_whole(&TWO[..TWO.len() - 4]));
        let long = [TWO, &[b' '; 2 * TAIL]].concat();
        assert!(!is_whole(&long));
        assert!(!is_whole(b""));
    }
}
