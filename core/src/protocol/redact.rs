//! Texts of other people, such as error messages and HTML pages, made fit to be shown.

/// Query names whose values are secret.
const SECRET_NAMES: &[&str] = &[
    "access_token=",
    "refresh_token=",
    "app_secret=",
    "sign=",
    "code=",
];

/// The text without signatures and without the values of secret query parameters, cut to `most`
/// characters, on one line.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&without_secret_values(word));
        if out.chars().count() > most {
            break;
        }
    }
    let out = without_signatures(&out);
    match out.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out,
    }
}

/// The text with every occurrence of the known secrets blacked out.
pub(crate) fn without(text: &str, secrets: &[&str]) -> String {
    let mut out = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        out = out.replace(secret, "***");
    }
    out
}

fn without_secret_values(word: &str) -> String {
    let mut out = word.to_owned();
    for name in SECRET_NAMES {
        let mut from = 0;
        while let Some(found) = out[from..].find(name) {
            let start = from + found + name.len();
            let tail = &out[start..];
            let end = start
                + tail
                    .find(['&', '"', '\'', '<', '>', ';', ','])
                    .unwrap_or(tail.len());
            out.replace_range(start..end, "***");
            from = start + 3;
        }
    }
    out
}

/// A signature is a run of exactly 64 hexadecimal digits.
fn without_signatures(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        out.push_str(if run.len() == 64 { "***" } else { run });
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
