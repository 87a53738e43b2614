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
    let mut out = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        out = out.replace(secret, "***");
        out = without_start_of(&out, secret);
    }
    out
}

fn without_start_of(text: &str, secret: &str) -> String {
    let Some((end, _)) = secret.char_indices().nth(RECOGNIZED) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(&secret[..end]) {
        out.push_str(&rest[..found]);
        out.push_str("***");
        rest = &rest[found..];
        let alike = rest
            .chars()
            .zip(secret.chars())
            .take_while(|(one, other)| one == other);
        let length = alike.map(|(one, _)| one.len_utf8()).sum::<usize>();
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
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
