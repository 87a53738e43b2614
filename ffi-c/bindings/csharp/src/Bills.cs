using System;
using System.Collections.Generic;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>What an order costs: the header and its unit rows against each other.</summary>
    /// <remarks>Orders are JSON, normalized or as the platform sent it; PulledOrder has it as EventJson.</remarks>
    public static class Bills
    {
        /// <summary>What the buyer pays: price - voucher + shipping_fee, exactly.</summary>
        /// <param name="orderJson">{"order": {...}, "items": [...]}, or the order alone.</param>
        /// <exception cref="LazcoreDecodeException">One of the three amounts is missing or cannot be read; Field names it.</exception>
        public static decimal BuyerPaid(string orderJson)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_order_buyer_paid(
                    Utf8.Bytes("order_json", orderJson), out IntPtr value, out IntPtr error);
                return Amount.Read("buyer_paid", Result.Text(status, value, error));
            });
        }

        /// <summary>Compares the header of a pulled order with its unit rows, and repairs nothing.</summary>
        public static Reconciliation Reconcile(PulledOrder order)
        {
            return Reconcile(order.EventJson);
        }

        /// <summary>Compares the header of an order with its unit rows, canceled ones included, and repairs nothing.</summary>
        /// <param name="orderJson">{"order": {...}, "items": [...]}.</param>
        public static Reconciliation Reconcile(string orderJson)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_order_reconcile(
                    Utf8.Bytes("order_json", orderJson), out IntPtr value, out IntPtr error);
                return new Reconciliation(Result.Value(status, value, error));
            });
        }

        /// <summary>Groups the unit rows of a pulled order into lines with a quantity.</summary>
        public static IReadOnlyList<OrderLine> BySku(PulledOrder order)
        {
            return BySku(order.EventJson);
        }

        /// <summary>Groups unit rows into lines with a quantity.</summary>
        /// <param name="itemsJson">A list of items, or an object with the member "items".</param>
        public static IReadOnlyList<OrderLine> BySku(string itemsJson)
        {
            return Lines(itemsJson).Records(string.Empty, (value, pointer) => new OrderLine(value, pointer));
        }

        /// <summary>The currency (ISO 4217) of a country's orders, such as "SGD" for "SG".</summary>
        /// <exception cref="LazcoreConfigException">The country is unknown.</exception>
        public static string Currency(string country)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_country_currency(
                    Utf8.Bytes("country", country), out IntPtr value, out IntPtr error);
                return Result.Text(status, value, error);
            });
        }

        internal static Value Lines(string itemsJson)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_items_by_sku(
                    Utf8.Bytes("items_json", itemsJson), out IntPtr value, out IntPtr error);
                return Result.Value(status, value, error);
            });
        }
    }

    /// <summary>What an order's header says and what its items add up to.</summary>
    public sealed class Reconciliation : Record
    {
        internal Reconciliation(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>Whether everything could be compared and nothing differs but by canceled items.</summary>
        public bool Agrees
        {
            get { return Flag("agrees") ?? false; }
        }

        /// <summary>The order.</summary>
        public string OrderId
        {
            get { return Text("order_id"); }
        }

        /// <summary>What the buyer pays, where the header tells it.</summary>
        public decimal? BuyerPaid
        {
            get { return Decimal("buyer_paid"); }
        }

        /// <summary>The items' currency.</summary>
        public string Currency
        {
            get { return Text("currency"); }
        }

        /// <summary>What differs. Which side is right is not decided.</summary>
        public IReadOnlyList<Difference> Differences
        {
            get { return Objects((value, pointer) => new Difference(value, pointer), "differences"); }
        }

        /// <summary>What could not be compared, each with "field" and "reason".</summary>
        public IReadOnlyList<Record> NotCompared
        {
            get { return Objects("not_compared"); }
        }
    }

    /// <summary>One difference between header and items.</summary>
    public sealed class Difference : Record
    {
        internal Difference(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>What differs.</summary>
        public string Field
        {
            get { return Text("field"); }
        }

        /// <summary>What the header says.</summary>
        public decimal? Order
        {
            get { return Decimal("order"); }
        }

        /// <summary>What the items add up to.</summary>
        public decimal? Items
        {
            get { return Decimal("items"); }
        }

        /// <summary>The same without canceled items.</summary>
        public decimal? ItemsNotCanceled
        {
            get { return Decimal("items_not_canceled"); }
        }

        /// <summary>Whether canceled items explain it.</summary>
        public bool ExplainedByCanceled
        {
            get { return Flag("explained_by_canceled") ?? false; }
        }
    }

    /// <summary>Units that are alike in order, SKU, prices, currency, status and package.</summary>
    public sealed class OrderLine : Record
    {
        internal OrderLine(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>The order.</summary>
        public string OrderId
        {
            get { return Text("order_id"); }
        }

        /// <summary>The seller's SKU.</summary>
        public string Sku
        {
            get { return Text("sku"); }
        }

        /// <summary>Lazada's SKU.</summary>
        public string ShopSku
        {
            get { return Text("shop_sku"); }
        }

        /// <summary>The goods' name.</summary>
        public string Name
        {
            get { return Text("name"); }
        }

        /// <summary>The variation.</summary>
        public string Variation
        {
            get { return Text("variation"); }
        }

        /// <summary>The currency.</summary>
        public string Currency
        {
            get { return Text("currency"); }
        }

        /// <summary>The status of all units.</summary>
        public string Status
        {
            get { return Text("status"); }
        }

        /// <summary>The package of all units.</summary>
        public string PackageId
        {
            get { return Text("package_id"); }
        }

        /// <summary>How many units.</summary>
        public long Quantity
        {
            get { return Int64("quantity") ?? 0; }
        }

        /// <summary>The units.</summary>
        public IReadOnlyList<string> OrderItemIds
        {
            get { return Texts("order_item_ids"); }
        }

        /// <summary>Price of one unit.</summary>
        public decimal? ItemPrice
        {
            get { return Decimal("item_price"); }
        }

        /// <summary>What was paid for one unit.</summary>
        public decimal? PaidPrice
        {
            get { return Decimal("paid_price"); }
        }

        /// <summary>Price of all units.</summary>
        public decimal? ItemTotal
        {
            get { return Decimal("item_total"); }
        }

        /// <summary>What was paid for all units.</summary>
        public decimal? PaidTotal
        {
            get { return Decimal("paid_total"); }
        }

        /// <summary>Vouchers of all units.</summary>
        public decimal? VoucherTotal
        {
            get { return Decimal("voucher_total"); }
        }

        /// <summary>Shipping of all units.</summary>
        public decimal? ShippingTotal
        {
            get { return Decimal("shipping_total"); }
        }
    }
}
