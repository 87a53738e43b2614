//! What is in doubt is read again, and nothing is sent.

use super::decide::{Lesson, Sight, Stand};
use super::journal::line::{Finding, Kind, Package};
use super::unit::Unit;
use super::{FulfillmentOptions, Goal, Run, Target, Until};
use crate::error::Result;
use crate::jobs::Context;
use crate::jobs::outcome::State;
use crate::protocol::Record;

impl Run {
    /// Reads again what the journal does not know the end of.
    pub(crate) fn resolve(options: FulfillmentOptions) -> Result<Self> {
        // How far is not asked: nothing is sent.
        let options = FulfillmentOptions {
            until: Until::Packed,
            ..options
        };
        Ok(Self {
            goal: Goal::Resolve,
            ..Self::new(Vec::new(), options)?
        })
    }

    /// The items in doubt: those of Pack, and all of an order one of whose packages is in doubt.
    pub(super) fn take_doubts(&mut self) -> Result<()> {
        let open = self.desk()?.book().open_rows();
        for (order, kind, row) in open {
            if order.is_empty() {
                self.cannot_be_read(kind, &row);
                continue;
            }
            let of_order = |target: &&mut Target| target.order_id == order;
            match (kind, self.unread.back_mut().filter(of_order)) {
                (Kind::Pack, None) => self.unread.push_back(Target::items(order, vec![row])),
                (Kind::Pack, Some(target)) => {
                    if !target.order_item_ids.is_empty() {
                        target.order_item_ids.push(row);
                    }
                }
                (_, None) => self.unread.push_back(Target::order(order)),
                (_, Some(target)) => target.order_item_ids.clear(),
            }
        }
        self.orders = self.unread.len() as u64;
        Ok(())
    }

    fn cannot_be_read(&mut self, kind: Kind, row: &str) {
        let mut unit = Unit::unread("");
        unit.package_id = Some(row.to_owned());
        self.units.push(unit);
        self.stop_in_doubt(self.units.len() - 1, kind, row);
    }

    /// Tells where an item stands that is not in doubt any more.
    pub(super) fn resolved(
        &mut self,
        context: &Context,
        index: usize,
        stand: Stand,
        item: &Record,
        sight: &Sight,
    ) -> Result<()> {
        let (state, message) = match stand {
            Stand::NotExecuted(kind, row) => {
                let mut book = self.desk()?.book();
                // A later run counts its attempts anew.
                book.give_up(kind, &row, super::desk::now(context))?;
                drop(book);
                let lesson = Lesson {
                    kind,
                    row,
                    finding: Finding::NotExecuted,
                    package: Package::default(),
                };
                self.desk()?.learn(context, lesson)?;
                return self.settle(context, index, item, sight);
            }
            Stand::Packed(package, origin) => {
                let id = package.id.clone().unwrap_or_default();
                let announced = self.desk()?.book().row(Kind::ReadyToShip, &id).is_some();
                self.note_actor(index, Some(&id));
                self.units[index].is_in(package, origin, sight.begun);
                if announced {
                    let message = "packed and not announced: a run may announce it";
                    (State::StoppedBefore, message)
                } else {
                    (State::Done, "packed")
                }
            }
            _ => (State::StoppedBefore, "not packed: a run may pack it"),
        };
        self.units[index].end(state, None, Some(message.to_owned()));
        Ok(())
    }
}
