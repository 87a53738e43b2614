//! Outcomes and summaries from the JSON they were kept as, for hosts that hand them to another process.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::event::Summary;
use super::outcome::{Indeterminate, Origin, Outcome, Sighting, State, Step, Try};
use crate::error::{Error, Result};
use crate::protocol::{Record, Time};

const STEPS: [Step; 5] = [
    Step::Read,
    Step::Pack,
    Step::Labels,
    Step::ReadyToShip,
    Step::Repack,
];
const ORIGINS: [Origin; 3] = [Origin::Answer, Origin::ReadBack, Origin::Adopted];

impl Outcome {
    /// The outcome that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for anything else.
    pub fn from_json(text: &str) -> Result<Self> {
        let kept = Record::parse(text, &[])?;
        let text = |name: &str| kept.text(name);
        let mut outcome = Self::of(
            &required(&kept, "account")?,
            // Blank where only a package was given.
            &text("order_id")?.unwrap_or_default(),
        );
        outcome.order_item_id = text("order_item_id")?;
        outcome.state = word(&kept, "state", State::ALL, State::as_str)?;
        outcome.step = word(&kept, "step", &STEPS, Step::as_str)?;
        outcome.status = text("status")?;
        outcome.code = text("code")?;
        outcome.message = text("message")?;
        outcome.package_id = text("package_id")?;
        outcome.tracking_number = text("tracking_number")?;
        outcome.shipment_provider = text("shipment_provider")?;
        outcome.label = text("label")?.map(Into::into);
        outcome.label_page = integer(&kept, "label_page")?;
        outcome.origin = match text("origin")? {
            Some(_) => Some(word(&kept, "origin", &ORIGINS, Origin::as_str)?),
            None => None,
        };
        outcome.actor = text("actor")?;
        outcome.time_ms = time(&kept)?;
        for call in kept.records("request_ids")? {
            let step = word(&call, "step", &STEPS, Step::as_str)?;
            outcome
                .request_ids
                .push((step, required(&call, "request_id")?));
        }
        if let Some(doubt) = kept.record("indeterminate")? {
            outcome.indeterminate = Some(Box::new(doubt_of(&doubt)?));
        }
        Ok(outcome)
    }
}

impl Summary {
    /// The summary that [`Event::to_json`](super::Event::to_json) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for anything else.
    pub fn from_json(text: &str) -> Result<Self> {
        let kept = Record::parse(text, &[])?;
        let mut counts = Vec::new();
        if let Some(counted) = kept.raw("counts") {
            for (name, count) in counted.members() {
                let count = count.to_integer().and_then(|count| count.try_into().ok());
                let count = count.ok_or_else(|| Error::decode("counts", "expected a count"))?;
                counts.push((interned(&name), count));
            }
        }
        Ok(Self {
            counts,
            unproven: kept.texts("unproven")?,
            newest: kept.text("newest")?,
            lateness_s: integer(&kept, "lateness_s")?,
            canceled: kept.flag("canceled")?.unwrap_or_default(),
        })
    }
}

fn doubt_of(kept: &Record) -> Result<Indeterminate> {
    let mut doubt = Indeterminate {
        kind: word(kept, "kind", &STEPS, Step::as_str)?,
        rows: kept.texts("rows")?,
        tries: Vec::new(),
        sightings: Vec::new(),
        package_ids: kept.texts("package_ids")?,
        next_step: interned(&required(kept, "next_step")?),
    };
    for one in kept.records("tries")? {
        doubt.tries.push(Try {
            time_ms: time(&one)?,
            request_id: one.text("request_id")?,
        });
    }
    for one in kept.records("sightings")? {
        doubt.sightings.push(Sighting {
            status: one.text("status")?,
            package_id: one.text("package_id")?,
            time_ms: time(&one)?,
        });
    }
    Ok(doubt)
}

fn required(kept: &Record, name: &str) -> Result<String> {
    kept.text(name)?
        .ok_or_else(|| Error::decode(name, "is missing"))
}

fn integer<T: TryFrom<i64>>(kept: &Record, name: &str) -> Result<Option<T>> {
    let out_of_range = |_| Error::decode(name, "is out of range");
    let number = kept.integer(name)?.map(T::try_from).transpose();
    number.map_err(out_of_range)
}

/// Epoch milliseconds of the member `time`; 0 where it is absent.
fn time(kept: &Record) -> Result<i64> {
    let time = kept.time("time")?.and_then(|time: Time| time.epoch_ms());
    Ok(time.unwrap_or_default())
}

fn word<T: Copy>(
    kept: &Record,
    name: &str,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Result<T> {
    let text = required(kept, name)?;
    let found = all.iter().copied().find(|one| as_str(*one) == text);
    found.ok_or_else(|| Error::decode(name, format_args!("{text:?} is not known")))
}

/// A text for good. There are few different ones, since the library itself wrote them.
fn interned(text: &str) -> &'static str {
    static TEXTS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    texts.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    #[test]
    fn an_outcome_comes_back_whole() {
        let mut outcome = Outcome::of("SG-1", "7");
        outcome.order_item_id = Some("8".to_owned());
        outcome.state = State::Indeterminate;
        outcome.step = Step::ReadyToShip;
        outcome.label = Some("labels/1.pdf".into());
        outcome.label_page = Some(3);
        outcome.origin = Some(Origin::ReadBack);
        outcome.time_ms = 1_772_352_000_123;
        outcome.request_ids = vec![
            (Step::Pack, "r1".to_owned()),
            (Step::Labels, "r2".to_owned()),
        ];
        outcome.indeterminate = Some(Box::new(Indeterminate {
            kind: Step::Pack,
            rows: vec!["8".to_owned()],
            tries: vec![Try {
                time_ms: 1_772_352_000_001,
                request_id: None,
            }],
            sightings: vec![Sighting {
                status: Some("pending".to_owned()),
                package_id: None,
                time_ms: 1_772_352_000_002,
            }],
            package_ids: vec!["FP1".to_owned()],
            next_step: "look",
        }));
        let text = outcome.to_json();
        let back = Outcome::from_json(&text).unwrap();
        assert_eq!(back.to_json(), text);
        assert_eq!(back.indeterminate, outcome.indeterminate);
        assert_eq!(back.time_ms, outcome.time_ms);
        for broken in ["", "{}", "[]", &text.replace("\"pack\"", "\"pock\"")] {
            assert!(Outcome::from_json(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_summary_comes_back_whole() {
        let summary = Summary {
            counts: vec![("orders", 3), ("notices", 0)],
            unproven: vec!["2026-03-01T00:00:00Z".to_owned()],
            newest: Some("2026-03-01T00:00:00Z".to_owned()),
            lateness_s: Some(4),
            canceled: true,
        };
        let text = Event::Done(summary.clone()).to_json();
        let back = Summary::from_json(&text).unwrap();
        assert_eq!(Event::Done(back).to_json(), text);
    }
}
