// Pulls the orders of a window into a CSV file: one row per item.
//
//   PullToCsv 2026-11-01T00:00:00+08:00 orders.csv
//
// The app and the seller come from the environment: LAZADA_APP_KEY, LAZADA_APP_SECRET, LAZADA_ACCESS_TOKEN, and
// LAZADA_COUNTRY or LAZADA_GATEWAY.
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Lazcore;

internal static class PullToCsv
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: PullToCsv CREATED-AFTER FILE");
            return 2;
        }
        var config = new LazcoreConfig(Setting("LAZADA_APP_KEY"), Setting("LAZADA_APP_SECRET"))
        {
            Country = Setting("LAZADA_COUNTRY"),
            Gateway = Setting("LAZADA_GATEWAY"),
            AccessToken = Setting("LAZADA_ACCESS_TOKEN"),
        };
        var window = new PullOptions
        {
            CreatedAfter = DateTimeOffset.Parse(arguments[0], CultureInfo.InvariantCulture),
            WithItems = true,
        };
        try
        {
            using (var client = new LazcoreClient(config))
            using (var pull = client.Orders.Pull(window))
            using (var file = new StreamWriter(arguments[1], false, new UTF8Encoding(false)))
            {
                Row(file, "account", "order_id", "created_at", "order_item_id", "sku", "status", "paid_price", "currency");
                foreach (var order in pull)
                {
                    foreach (var item in order.Items)
                    {
                        // Prices as text: a decimal prints with the culture's comma.
                        Row(
                            file, order.Account, order.OrderId, order.Text("created_at"), item.OrderItemId, item.Sku,
                            item.Status, item.Text("paid_price"), item.Currency);
                    }
                }
                foreach (var second in pull.Summary.Unproven)
                {
                    Console.Error.WriteLine("not proven complete, pull it again: " + second);
                }
                Console.WriteLine(pull.Summary.Counts["orders"] + " orders");
            }
            return 0;
        }
        catch (LazcoreException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static string Setting(string name)
    {
        return Environment.GetEnvironmentVariable(name);
    }

    private static void Row(TextWriter file, params string[] cells)
    {
        file.WriteLine(string.Join(",", cells.Select(Cell)));
    }

    // An apostrophe keeps a spreadsheet from running what a buyer or seller typed as a formula.
    private static string Cell(string text)
    {
        text = text ?? string.Empty;
        if (text.Length > 0 && "=+-@\t\r".IndexOf(text[0]) >= 0)
        {
            text = "'" + text;
        }
        return text.IndexOfAny(new[] { ',', '"', '\n', '\r' }) < 0 ? text : "\"" + text.Replace("\"", "\"\"") + "\"";
    }
}
