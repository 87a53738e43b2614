//! An item is one unit of an order; the status lives here.

/// Status of an item, as the platform names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Unpaid,
    Pending,
    Packed,
    Repacked,
    ReadyToShip,
    Delivered,
    Canceled,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Pending => "pending",
            Self::Packed => "packed",
            Self::Repacked => "repacked",
            Self::ReadyToShip => "ready_to_ship",
            Self::Delivered => "delivered",
            Self::Canceled => "canceled",
        }
    }

    /// Packed or further along: the item is in a package and has papers.
    pub(crate) fn in_package(self) -> bool {
        matches!(self, Self::Packed | Self::ReadyToShip | Self::Delivered)
    }
}

/// Who brings the item to the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// A carrier, after the seller has packed.
    Carrier,
    /// The seller's own fleet; packed like others, but without a Lazada label.
    OwnFleet,
    /// Lazada's warehouse; the seller must not pack.
    Lazada,
    /// Nothing to ship.
    Digital,
    /// The buyer comes to the store.
    PickUp,
}

impl Delivery {
    pub(crate) fn provider_type(self) -> &'static str {
        match self {
            Self::Carrier | Self::Lazada => "standard",
            Self::OwnFleet => "seller_own_fleet",
            Self::Digital => "digital",
            Self::PickUp => "pickup_in_store",
        }
    }
}

/// One unit of an order. Money is in hundredths of the currency unit.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: u64,
    pub(crate) status: Status,
    pub(crate) delivery: Delivery,
    /// Place in the list of goods.
    pub(crate) goods: usize,
    /// Where it lies.
    pub(crate) warehouse: &'static str,
    /// Code that Pack answers for this item although it looks pending.
    pub(crate) refused_with: Option<&'static str>,
    /// The buyer asked to cancel and the seller must answer.
    pub(crate) need_cancel_confirm: bool,
    /// The cancellation is agreed; logistics must confirm it.
    pub(crate) is_cancel_pending: bool,
    pub(crate) price: i64,
    pub(crate) voucher_seller: i64,
    pub(crate) voucher_platform: i64,
    pub(crate) shipping: i64,
    pub(crate) shipping_discount: i64,
    /// Seconds since 1970.
    pub(crate) updated: i64,
    /// Place of its package in the store.
    pub(crate) package: Option<usize>,
    pub(crate) invoice: String,
    /// How often a call packed it.
    pub(crate) times_packed: u32,
    /// How often another actor packed it.
    pub(crate) times_packed_by_others: u32,
    /// How often its package was dissolved.
    pub(crate) times_repacked: u32,
}

impl Item {
    pub(crate) fn voucher(&self) -> i64 {
        self.voucher_seller + self.voucher_platform
    }
}
