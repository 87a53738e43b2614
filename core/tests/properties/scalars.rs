//! Amounts and times.

use lazcore::protocol::Time;
use lazcore::{Args, Money};
use proptest::prelude::*;

use crate::cases;
use crate::json::answered;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn money_round_trips_to_the_letter(text in "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?") {
        // A zero has no sign.
        let zero = text.bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
        let text = if zero { text.trim_start_matches('-').to_owned() } else { text };
        prop_assert_eq!(Money::parse(&text).unwrap().to_string(), text.clone());
        let body = format!("{{\"code\":\"0\",\"number\":{text},\"text\":\"{text}\"}}");
        let record = answered(body.as_bytes()).unwrap().record().unwrap();
        for name in ["number", "text"] {
            prop_assert_eq!(record.money(name).unwrap().unwrap().to_string(), text.clone());
            let digits = record.raw(name).and_then(Money::digits);
            prop_assert_eq!(digits, Some(text.as_str()).filter(|text| !text.starts_with('-')));
        }
        let args = Args::from_json(&format!("{{\"price\":{text}}}")).unwrap();
        prop_assert_eq!(format!("{:?}", args.values()), format!("[(\"price\", Number({text:?}))]"));
    }

    #[test]
    fn digits_told_are_what_the_amount_prints(
        token in prop_oneof![
            "(0|[1-9][0-9]{0,32})(\\.[0-9]{1,32})?([eE][0-9])?",
            "\"0{0,2}[0-9]{0,30}\\.?[0-9]{0,30}\"",
            "\"[-+ 0-9.eE]{0,12}\"",
            Just("null".to_owned()),
            Just("\"\\u0031\"".to_owned()),
        ],
    ) {
        let body = format!("{{\"code\":\"0\",\"x\":{token}}}");
        let reply = answered(body.as_bytes()).unwrap();
        let raw = reply.pointer("/x").unwrap();
        if let Some(digits) = Money::digits(raw) {
            prop_assert_eq!(Money::read(raw).unwrap().to_string(), digits);
        }
    }

    #[test]
    fn money_never_panics(text in "\\PC{0,20}", odd in "[-+0-9.eE]{0,16}") {
        let _ = (Money::parse(&text), Money::parse(&odd));
    }

    #[test]
    fn times_never_panic(text in "\\PC{0,30}", odd in "[-+0-9:.TZ \\[\\]]{0,32}", count in any::<i64>()) {
        for text in [text, odd, count.to_string()] {
            if let Some(time) = Time::parse(&text) {
                let _ = (time.to_rfc3339(), time.offset_seconds());
            }
        }
        let _ = Time::from_epoch_ms(count).to_rfc3339();
    }

    #[test]
    fn a_printed_time_is_read_back(epoch_ms in -62_000_000_000_000_i64..253_402_000_000_000, offset in -11_i32..14) {
        let sign = if offset < 0 { '-' } else { '+' };
        let local = Time::from_epoch_ms(epoch_ms + i64::from(offset) * 3_600_000).to_rfc3339().unwrap();
        let clock = local.trim_end_matches('Z');
        let printed = format!("{clock}{sign}{:02}:00", offset.abs());
        let time = Time::parse(&printed).unwrap();
        prop_assert_eq!(time.epoch_ms(), Some(epoch_ms));
        prop_assert_eq!(time.offset_seconds(), Some(offset * 3600));
        let expected = if offset == 0 { format!("{clock}Z") } else { printed };
        prop_assert_eq!(time.to_rfc3339().unwrap(), expected);
    }
}
