//! Labels: what stands on them, as PDF and as HTML, and the shelf they are fetched from.

mod code39;
mod pdf;
mod shelf;

pub(crate) use pdf::pdf;
pub(crate) use shelf::{Found, Shelf};

use crate::render::GOODS;
use crate::world::{Package, Store};

/// What stands on the label of one package.
pub(crate) struct Label {
    pub(crate) order: String,
    pub(crate) package: String,
    pub(crate) tracking: String,
    pub(crate) provider: String,
    pub(crate) buyer: String,
    /// SKUs, when the item list was asked for.
    pub(crate) items: Vec<String>,
}

impl Label {
    pub(crate) fn of(store: &Store, package: &Package, with_items: bool) -> Self {
        let order = store.orders.at(package.order);
        let skus = package.items.iter().map(|inner| {
            let item = &order.items[*inner];
            GOODS[item.goods].0.to_owned()
        });
        let buyer = store.number * 1_000_000 + order.number;
        Self {
            order: order.id.to_string(),
            package: package.id.clone(),
            tracking: package.tracking.clone(),
            provider: package.provider.clone(),
            buyer: format!("Sample Buyer {buyer}"),
            items: if with_items {
                skus.collect()
            } else {
                Vec::new()
            },
        }
    }

    /// The lines under the title, without the items.
    fn lines(&self) -> [String; 5] {
        [
            format!("Order: {}", self.order),
            format!("Package: {}", self.package),
            format!("Tracking: {}", self.tracking),
            format!("Carrier: {}", self.provider),
            format!("To: {}", self.buyer),
        ]
    }
}

/// Labels as one page of HTML.
pub(crate) fn html(labels: &[Label]) -> String {
    let mut page = String::from("<!DOCTYPE html><html><body>");
    for label in labels {
        page.push_str("<section><h1>SANDBOX LABEL - NOT FOR SHIPPING</h1>");
        for line in label.lines().iter().chain(&label.items) {
            page.push_str(&format!("<p>{}</p>", escaped(line)));
        }
        page.push_str("</section>");
    }
    page.push_str("</body></html>");
    page
}

/// The HTML that wraps the link to a PDF.
pub(crate) fn frame(link: &str) -> String {
    format!(
        "<iframe src=\"{}\" width=\"100%\" height=\"100%\"></iframe>",
        escaped(link)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
