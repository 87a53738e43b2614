//! Code 39, the bar code that needs no check digit: nine elements a sign, three of them wide.

/// Signs and their elements, bar first; `w` is wide. The star frames every code.
const SIGNS: [(char, &str); 40] = [
    ('0', "nnnwwnwnn"),
    ('1', "wnnwnnnnw"),
    ('2', "nnwwnnnnw"),
    ('3', "wnwwnnnnn"),
    ('4', "nnnwwnnnw"),
    ('5', "wnnwwnnnn"),
    ('6', "nnwwwnnnn"),
    ('7', "nnnwnnwnw"),
    ('8', "wnnwnnwnn"),
    ('9', "nnwwnnwnn"),
    ('A', "wnnnnwnnw"),
    ('B', "nnwnnwnnw"),
    ('C', "wnwnnwnnn"),
    ('D', "nnnnwwnnw"),
    ('E', "wnnnwwnnn"),
    ('F', "nnwnwwnnn"),
    ('G', "nnnnnwwnw"),
    ('H', "wnnnnwwnn"),
    ('I', "nnwnnwwnn"),
    ('J', "nnnnwwwnn"),
    ('K', "wnnnnnnww"),
    ('L', "nnwnnnnww"),
    ('M', "wnwnnnnwn"),
    ('N', "nnnnwnnww"),
    ('O', "wnnnwnnwn"),
    ('P', "nnwnwnnwn"),
    ('Q', "nnnnnnwww"),
    ('R', "wnnnnnwwn"),
    ('S', "nnwnnnwwn"),
    ('T', "nnnnwnwwn"),
    ('U', "wwnnnnnnw"),
    ('V', "nwwnnnnnw"),
    ('W', "wwwnnnnnn"),
    ('X', "nwnnwnnnw"),
    ('Y', "wwnnwnnnn"),
    ('Z', "nwwnwnnnn"),
    ('-', "nwnnnnwnw"),
    ('.', "wwnnnnwnn"),
    (' ', "nwwnnnwnn"),
    ('*', "nwnnwnwnn"),
];

/// Bars as (start, width) in narrow elements. Signs that Code 39 lacks are left out.
pub(super) fn bars(text: &str) -> Vec<(u32, u32)> {
    let mut bars = Vec::new();
    let mut at = 0;
    for sign in format!("*{text}*").chars() {
        let Some((_, elements)) = SIGNS.iter().find(|entry| entry.0 == sign) else {
            continue;
        };
        for (place, element) in elements.chars().enumerate() {
            let width = if element == 'w' { 3 } else { 1 };
            if place % 2 == 0 {
                bars.push((at, width));
            }
            at += width;
        }
        at += 1;
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_three_wide_elements_of_nine_and_its_own_pattern() {
        for (place, (sign, elements)) in SIGNS.iter().enumerate() {
            assert_eq!(elements.len(), 9, "{sign}");
            assert_eq!(elements.matches('w').count(), 3, "{sign}");
            assert!(
                SIGNS[..place].iter().all(|other| other.1 != *elements),
                "{sign}"
            );
        }
    }

    #[test]
    fn bars_stand_apart() {
        let bars = bars("SBX1");
        assert_eq!(bars.len(), 6 * 5);
        for pair in bars.windows(2) {
            assert!(pair[0].0 + pair[0].1 < pair[1].0);
        }
    }
}
