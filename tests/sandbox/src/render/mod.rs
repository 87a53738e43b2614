//! The JSON of orders and items, with the platform's own inconsistencies.

mod item;
mod order;

pub(crate) use item::write_item;
pub(crate) use order::{order_row, order_row_at, write_order};

/// Names of the goods; some need escapes or lie outside ASCII.
pub(crate) const GOODS: [(&str, &str, &str); 8] = [
    ("SAMPLE-TEE", "Sample Tee", "Color:Blue, Size:M"),
    ("SAMPLE-KETTLE", "Sample Kettle 1.7 L", ""),
    ("SAMPLE-MUG", "Sample Mug \"Café\"", "Color:White"),
    ("SAMPLE-PEN", "Sample Pen", ""),
    ("SAMPLE-AO", "Áo thun mẫu", "Size:L"),
    ("SAMPLE-LAMP", "样品台灯", "颜色:白"),
    ("SAMPLE-PIANO", "Sample Grand Piano", ""),
    (
        "SAMPLE/ODD +&=%",
        "Sample Sticker <50 %> \\ & more",
        "Size:S",
    ),
];

/// An amount as most money fields show it: integer 0 when zero, two decimals otherwise.
fn amount(hundredths: i64) -> String {
    if hundredths == 0 {
        "0".to_owned()
    } else {
        decimal(hundredths)
    }
}

/// An amount with two decimals.
fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let value = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_fraction() {
        assert_eq!(amount(0), "0");
        assert_eq!(amount(1250), "12.50");
        assert_eq!(amount(75), "0.75");
        assert_eq!(decimal(0), "0.00");
        assert_eq!(decimal(123_456_789), "1234567.89");
        assert_eq!(decimal(-5), "-0.05");
    }
}
