//! How many batches are moved side by side, and when the platform is taken to be down.

use super::abreast::WIDTH;

/// Batches of the first turn: as long as nothing is known of the platform, little is put at stake.
const FIRST: usize = 2;
/// Turns without any answer, one after the other, after which no more is begun.
const SILENT_TURNS: u32 = 3;

/// Widens while calls are answered, narrows where they are not.
pub(super) struct Pace {
    width: usize,
    silent: u32,
    answered: bool,
    unanswered: bool,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            width: FIRST,
            silent: 0,
            answered: false,
            unanswered: false,
        }
    }

    /// How many batches the next turn has.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The platform answered a call of this turn.
    pub(super) fn answered(&mut self) {
        self.answered = true;
    }

    /// A call of this turn got no answer.
    pub(super) fn unanswered(&mut self) {
        self.unanswered = true;
    }

    /// The turn has ended; true when the platform is down by now.
    pub(super) fn end_turn(&mut self) -> bool {
        let answered = std::mem::take(&mut self.answered);
        let unanswered = std::mem::take(&mut self.unanswered);
        self.width = match (answered, unanswered) {
            (true, false) => (self.width * 2).min(WIDTH),
            (true, true) => (self.width / 2).max(1),
            (false, true) => 1,
            (false, false) => self.width,
        };
        if answered {
            self.silent = 0;
        } else if unanswered {
            self.silent += 1;
        }
        self.silent >= SILENT_TURNS
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn turn(pace: &mut Pace, answered: bool, unanswered: bool) -> bool {
        if answered {
            pace.answered();
        }
        if unanswered {
            pace.unanswered();
        }
        pace.end_turn()
    }

    #[test]
    fn it_widens_with_answers_and_narrows_without() {
        let mut pace = Pace::new();
        let mut widths = vec![pace.width()];
        for (answered, unanswered) in [
            (true, false),
            (true, false),
            (true, false),
            (true, true),
            (false, false),
            (false, true),
            (true, true),
            (true, false),
        ] {
            assert!(!turn(&mut pace, answered, unanswered));
            widths.push(pace.width());
        }
        assert_eq!(widths, [2, 4, 8, 8, 4, 4, 1, 1, 2]);
    }

    #[test]
    fn it_is_down_after_three_turns_without_an_answer() {
        let mut pace = Pace::new();
        assert!(!turn(&mut pace, false, true));
        assert!(!turn(&mut pace, false, true));
        // A turn without a call says nothing, one answer all.
        assert!(!turn(&mut pace, false, false));
        assert!(!turn(&mut pace, true, true));
        assert!(!turn(&mut pace, false, true));
        assert!(!turn(&mut pace, false, true));
        assert!(turn(&mut pace, false, true));
    }
}
