//! Items.

use super::{GOODS, amount};
use crate::clock;
use crate::json::Json;
use crate::world::{Delivery, Item, Order, Status, Store};

/// Writes an item. The spelling of the gift flag differs between the two calls that show items.
pub(crate) fn write_item(
    json: &mut Json,
    store: &Store,
    order: &Order,
    item: &Item,
    gift: &'static str,
) {
    json.open_object();
    json.number_member("order_item_id", item.id);
    json.number_member("order_id", order.id);
    json.text_member("status", item.status.name());
    write_goods(json, store, item);
    write_money(json, store, item);
    write_delivery(json, store, item);
    write_kind(json, item);
    write_times(json, order, item);
    write_reverse(json, item);
    json.text_member("invoice_number", &item.invoice);
    let buyer = 700_000_000 + store.number as u64 * 1_000_000 + order.number as u64;
    json.number_member("buyer_id", buyer);
    json.text_member("shop_id", &format!("Sample Shop {}", store.number));
    json.text_member("warehouse_code", item.warehouse);
    json.text_member("purchase_order_id", "");
    json.text_member("purchase_order_number", "");
    let extra = if item.goods == 0 { "null" } else { "" };
    json.text_member("extra_attributes", extra);
    json.text_member("gift_wrapping", "");
    json.flag_member(gift, false);
    json.text_member("personalization", "");
    json.flag_member("show_personalization_tag", false);
    json.flag_member("mp3_order", false);
    json.flag_member("semi_managed", false);
    json.number_member("biz_group", 70_100);
    if item.delivery == Delivery::PickUp {
        write_pick_up_store(json);
    }
    json.close_object();
}

fn write_goods(json: &mut Json, store: &Store, item: &Item) {
    let (sku, name, variation) = GOODS[item.goods];
    let product = 2_000_000_001 + item.goods;
    json.text_member("name", name);
    json.text_member("sku", sku);
    let country = store.country.to_ascii_uppercase();
    json.text_member("shop_sku", &format!("{product}_{country}-{}", product * 2));
    json.text_member("sku_id", &(product * 2).to_string());
    json.text_member("product_id", &product.to_string());
    json.text_member("variation", variation);
    let image = format!("https://images.example.invalid/{product}.jpg");
    json.text_member("product_main_image", &image);
    let page = format!("https://shop.example.invalid/products/{product}.html");
    json.text_member("product_detail_url", &page);
}

fn write_money(json: &mut Json, store: &Store, item: &Item) {
    json.raw_member("item_price", &amount(item.price));
    json.raw_member("paid_price", &amount(item.price - item.voucher()));
    json.raw_member("tax_amount", "0.00");
    json.text_member("currency", store.currency);
    json.raw_member("voucher_amount", &amount(item.voucher()));
    json.raw_member("voucher_platform", &amount(item.voucher_platform));
    json.raw_member("voucher_seller", &amount(item.voucher_seller));
    json.raw_member("voucher_platform_lpi", "0");
    json.raw_member("voucher_seller_lpi", "0");
    json.text_member("voucher_code", "");
    json.text_member("voucher_code_seller", "");
    json.text_member("voucher_code_platform", "");
    json.raw_member("wallet_credits", "0.00");
    json.raw_member("shipping_amount", &amount(item.shipping));
    json.raw_member("shipping_service_cost", "0");
    let original = item.shipping + item.shipping_discount;
    json.raw_member("shipping_fee_original", &amount(original));
    json.raw_member("shipping_fee_discount_seller", "0");
    let discount = amount(item.shipping_discount);
    json.raw_member("shipping_fee_discount_platform", &discount);
}

fn write_delivery(json: &mut Json, store: &Store, item: &Item) {
    let package = store.package_of(item);
    let kind = if item.delivery == Delivery::Lazada {
        "Warehouse"
    } else {
        "Dropshipping"
    };
    json.text_member("shipping_type", kind);
    json.text_member("shipping_provider_type", item.delivery.provider_type());
    json.text_member("shipment_provider", package.map_or("", |p| &p.provider));
    json.text_member("tracking_code", package.map_or("", |p| &p.tracking));
    json.text_member("tracking_code_pre", "");
    json.text_member("package_id", package.map_or("", |p| &p.id));
}

fn write_kind(json: &mut Json, item: &Item) {
    let digit = |delivery: Delivery| u8::from(item.delivery == delivery);
    json.number_member("delivery_option_sof", digit(Delivery::OwnFleet));
    json.number_member("is_fbl", digit(Delivery::Lazada));
    json.number_member("is_reroute", 0);
    json.number_member("is_digital", digit(Delivery::Digital));
    let contact = if item.delivery == Delivery::Digital {
        "sample.buyer@example.invalid"
    } else {
        ""
    };
    json.text_member("digital_delivery_info", contact);
    let order_type = match item.delivery {
        Delivery::Digital => "Coupon",
        Delivery::PickUp => "O2O",
        _ => "Normal",
    };
    json.text_member("order_type", order_type);
    json.text_member("order_flag", "NORMAL");
    json.text_member("stage_pay_status", "");
}

fn write_times(json: &mut Json, order: &Order, item: &Item) {
    const DAY: i64 = 86_400;
    json.text_member("sla_time_stamp", &clock::iso(order.created + 2 * DAY));
    json.text_member("fulfillment_sla", "NEXT_DAY");
    json.text_member("priority_fulfillment_tag", "null_null");
    json.text_member("promised_shipping_time", "");
    json.text_member("created_at", &clock::printed(order.created));
    json.text_member("updated_at", &clock::printed(item.updated));
    if item.status != Status::Unpaid {
        json.number_member("payment_time", order.created * 1000);
    }
}

fn write_reverse(json: &mut Json, item: &Item) {
    let (reason, initiator) = if item.status == Status::Canceled {
        ("Change of mind", "buyer-cancel")
    } else {
        ("", "null-null")
    };
    json.text_member("reason", reason);
    json.text_member("reason_detail", "");
    json.text_member("return_status", "");
    json.text_member("cancel_return_initiator", initiator);
    json.flag_member("need_cancel_confirm", item.need_cancel_confirm);
    json.flag_member("is_cancel_pending", item.is_cancel_pending);
    if item.need_cancel_confirm || item.is_cancel_pending {
        json.number_member("cancel_trigger_time", (item.updated + 86_400) * 1000);
        json.number_member("reverse_order_id", item.id - 100_000_000_000_000);
    }
    json.flag_member("can_escalate_pickup", false);
}

fn write_pick_up_store(json: &mut Json) {
    json.key("pick_up_store_info");
    json.open_object();
    json.text_member("pick_up_store_name", "Sample Store");
    json.text_member("pick_up_store_address", "1 Example Road");
    json.text_member("pick_up_store_code", "SAMPLE-1");
    json.key("pick_up_store_open_hour");
    json.open_array();
    json.text("09:00-18:00");
    json.close_array();
    json.close_object();
}
