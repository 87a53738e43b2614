//! Why the gateway refuses a signature that somebody else's code made: it is made again with each of the
//! mistakes that integrators make, alone and in pairs, until one gives the same digits.

mod making;
mod mistakes;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::json_object::JsonObject;
use super::params::check_name;
use super::request::check_path;
use super::value::Args;
use crate::error::Result;
use making::{Digest, Making};
use mistakes::{MISTAKES, Variant};

/// The right signature of a request, and what is wrong with another one.
///
/// It has no `Debug`: the base string holds whatever secrets the parameters hold.
#[derive(Clone)]
pub struct Explanation {
    /// What is hashed. It holds the access token, if one was among the parameters: do not log it.
    pub base_string: String,
    /// The right signature.
    pub signature: String,
    /// What is to be said of the signature that was given.
    pub verdict: Verdict,
}

/// What is to be said of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// None was given.
    NotGiven,
    /// It is the right one.
    Right,
    /// It comes about by these mistakes together. Where several explanations fit, the simplest.
    Wrong(Vec<Mistake>),
    /// By none of the known mistakes; with what its form tells, if anything.
    Unknown(Option<Mistake>),
}

/// One known mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// A word to branch on, such as `plain_sha256`.
    pub code: &'static str,
    /// What was done, and what to do instead.
    pub advice: String,
}

/// Signs a request and says by which known mistake `received` differs from the right signature.
///
/// `params` holds what is sent, `sign` left out; blank values may be among them, since some programs sign them.
/// A path with the gateway's `/rest` or without its first slash is put right before anything else.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) for a path or a name that cannot stand in a request.
pub fn explain(
    app_secret: &str,
    path: &str,
    params: Args,
    received: Option<&str>,
) -> Result<Explanation> {
    let path = below_rest(path);
    check_path(&path)?;
    let mut pairs = Vec::new();
    for (name, value) in params.into_parts().0 {
        check_name(&name)?;
        pairs.push((name, value.into_wire()));
    }
    let right = Making::new(app_secret, &path, pairs);
    let received = received.map(str::trim).filter(|text| !text.is_empty());
    let verdict = match received {
        None => Verdict::NotGiven,
        Some(received) => judge(&right, received),
    };
    Ok(Explanation {
        base_string: right.base_string(),
        signature: hex::encode_upper(right.digest()),
        verdict,
    })
}

fn below_rest(path: &str) -> String {
    let path = path.trim().trim_start_matches('/');
    format!("/{}", path.strip_prefix("rest/").unwrap_or(path))
}

fn judge(right: &Making, received: &str) -> Verdict {
    let (wanted, mut mistakes) = match read(received) {
        Ok(found) => found,
        Err(hint) => return Verdict::Unknown(hint),
    };
    if right.digest() == wanted {
        return match mistakes.is_empty() {
            true => Verdict::Right,
            false => Verdict::Wrong(mistakes),
        };
    }
    match search(right, &wanted) {
        Some(found) => {
            mistakes.extend(found);
            Verdict::Wrong(mistakes)
        }
        None => Verdict::Unknown(mistakes.pop()),
    }
}

/// The digest that a signature spells, with what is wrong about the spelling.
fn read(received: &str) -> std::result::Result<(Digest, Vec<Mistake>), Option<Mistake>> {
    let mistake = |code, advice: &str| Mistake {
        code,
        advice: advice.to_owned(),
    };
    if let Ok(digest) = Digest::try_from(hex::decode(received).unwrap_or_default()) {
        let small = received.bytes().any(|byte| byte.is_ascii_lowercase());
        let advice = "the digits are small letters: write the hexadecimal digits in capitals";
        let mistakes = small.then(|| mistake("lower_case", advice));
        return Ok((digest, mistakes.into_iter().collect()));
    }
    if let Ok(digest) = Digest::try_from(STANDARD.decode(received).unwrap_or_default()) {
        let advice = "the digest is written in base64: write it in hexadecimal digits, in capitals";
        return Ok((digest, vec![mistake("base64", advice)]));
    }
    Err(match received.len() {
        32 => Some(mistake(
            "md5",
            "32 digits are an MD5: the platform takes HMAC-SHA256 only",
        )),
        40 => Some(mistake(
            "sha1",
            "40 digits are a SHA-1: the platform takes HMAC-SHA256 only",
        )),
        _ => Some(mistake(
            "not_a_digest",
            "expected 64 hexadecimal digits, in capitals",
        )),
    })
}

/// The mistake, or else the pair of mistakes, that makes this digest.
fn search(right: &Making, wanted: &Digest) -> Option<Vec<Mistake>> {
    let mut single: Vec<(&'static str, Variant)> = Vec::new();
    for (code, variants) in MISTAKES {
        let variants = variants(right).into_iter();
        single.extend(variants.map(|variant| (*code, variant)));
    }
    let found = single
        .iter()
        .find(|(_, variant)| variant.making.digest() == *wanted);
    if let Some((code, variant)) = found {
        return Some(vec![variant.mistake(code)]);
    }
    if let Some(variant) = mistakes::mistyped_secret(right, wanted) {
        return Some(vec![variant.mistake("mistyped_secret")]);
    }
    for (code, variant) in &single {
        for (second, variants) in MISTAKES {
            if second == code {
                continue;
            }
            let mut both = variants(&variant.making).into_iter();
            if let Some(found) = both.find(|both| both.making.digest() == *wanted) {
                return Some(vec![variant.mistake(code), found.mistake(second)]);
            }
        }
    }
    None
}

impl Explanation {
    /// The explanation as a JSON object: `base_string`, `signature`, `verdict` (`not_given`, `right`, `wrong` or
    /// `unknown`) and `mistakes`, a list of objects with `code` and `advice`.
    pub fn to_json(&self) -> String {
        let (verdict, mistakes) = match &self.verdict {
            Verdict::NotGiven => ("not_given", &[] as &[Mistake]),
            Verdict::Right => ("right", &[] as &[Mistake]),
            Verdict::Wrong(mistakes) => ("wrong", mistakes.as_slice()),
            Verdict::Unknown(hint) => ("unknown", hint.as_slice()),
        };
        let mistakes = mistakes.iter().map(|mistake| {
            JsonObject::new()
                .text("code", mistake.code)
                .text("advice", &mistake.advice)
                .finish()
        });
        JsonObject::new()
            .text("base_string", &self.base_string)
            .text("signature", &self.signature)
            .text("verdict", verdict)
            .list("mistakes", mistakes)
            .finish()
    }
}
