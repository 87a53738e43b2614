//! Texts of other people, such as error messages and HTML pages, made fit to be shown.

/// Names of parameters whose values are secret.
const SECRET_NAMES: &[&str] = &[
    "access_token",
    "refresh_token",
    "app_secret",
    "sign",
    "code",
];

/// The text without signatures and without the values of secret parameters, cut to `most` characters, on
/// one line.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.chars().count() > most {
            break;
        }
    }
    let out = without_signatures(&without_secret_values(&out));
    match out.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out,
    }
}

/// The fewest characters that are recognized as the start of a secret.
const RECOGNIZED: usize = 8;

/// The text with every occurrence of the known secrets blacked out, also of those that were cut off.
pub(crate) fn without(text: &str, secrets: &[&str]) -> String {
    let mut known: Vec<&str> = secrets.to_vec();
    known.retain(|secret| secret.len() >= 4);
    // A secret that contains another goes as a whole.
    known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut out = text.to_owned();
    for secret in &known {
        out = out.replace(secret, "***");
    }
    without_starts_of(&out, &known)
}

/// Tokens of one app start alike, so the longest likeness at a place counts: the start of one
/// secret must not be cut out of another.
fn without_starts_of(text: &str, secrets: &[&str]) -> String {
    let start = |secret: &&str| secret.char_indices().nth(RECOGNIZED).map(|(end, _)| end);
    let starts: Vec<&str> = secrets
        .iter()
        .filter_map(|secret| secret.get(..start(secret)?))
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = starts.iter().filter_map(|start| rest.find(start)).min() {
        out.push_str(&rest[..found]);
        out.push_str("***");
        rest = &rest[found..];
        let alike = secrets.iter().map(|secret| length_alike(rest, secret));
        rest = &rest[alike.max().unwrap_or(rest.len())..];
    }
    out.push_str(rest);
    out
}

fn length_alike(text: &str, secret: &str) -> usize {
    let alike = text
        .chars()
        .zip(secret.chars())
        .take_while(|(one, other)| one == other);
    alike.map(|(one, _)| one.len_utf8()).sum()
}

fn without_secret_values(text: &str) -> String {
    let mut out = text.to_owned();
    for name in SECRET_NAMES {
        let mut from = 0;
        while let Some(found) = out[from..].find(name) {
            from += found + name.len();
            if let Some((start, end)) = value_after(&out[from..], name) {
                out.replace_range(from + start..from + end, "***");
                from += start + 3;
            }
        }
    }
    out
}

/// Where the value stands in what follows a name: `=x`, `%3Dx`, `": "x"`, `: x`.
fn value_after(text: &str, name: &str) -> Option<(usize, usize)> {
    let after_quotes = text.trim_start_matches(['"', '\'', '\\', ' ']);
    let equals = ["=", "%3D", "%3d"];
    // `"code":"0"` is the verdict of an answer, and no secret.
    let colons = [":", "%3A", "%3a"].iter().filter(|_| name != "code");
    let rest = equals
        .iter()
        .chain(colons)
        .find_map(|mark| after_quotes.strip_prefix(mark))?;
    let value = rest.trim_start_matches(['"', '\'', '\\', ' ']);
    let length = value
        .find(|character: char| !character.is_alphanumeric() && !"_-.~+/*".contains(character))
        .unwrap_or(value.len());
    let start = text.len() - value.len();
    (length > 0).then_some((start, start + length))
}

/// A signature is a run of 64 hexadecimal digits; the escape before it may look like two more.
fn without_signatures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        out.push_str(if run.len() >= 64 { "***" } else { run });
        run.clear();
    };
    for character in text.chars() {
        if character.is_ascii_hexdigit() {
            run.push(character);
        } else {
            flush(&mut run, &mut out);
            out.push(character);
        }
    }
    flush(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_that_start_alike_are_all_blacked_out_whole_or_cut() {
        let secrets = [
            "50000400aaaa1111",
            "50000400aaaa2222",
            "50000400bbbb",
            "aaaa2222",
        ];
        for (text, expected) in [
            (
                "50000400aaaa1111 50000400aaaa2222 50000400bbbb",
                "*** *** ***",
            ),
            ("50000400aaaa22 50000400aaaa11", "*** ***"),
            ("x50000400bbb", "x***"),
            ("aaaa2222 aaaa", "*** aaaa"),
            ("5000040 0000", "5000040 0000"),
        ] {
            assert_eq!(without(text, &secrets), expected, "{text}");
        }
    }
}
