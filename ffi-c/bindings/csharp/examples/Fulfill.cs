// Ships a list of orders: packs them, saves their labels and reports them ready to ship.
//
//   Fulfill orders.txt labels/ my-store.journal
//
// orders.txt has one order id a line. Run it again with the same journal after a crash: nothing is packed twice.
// The app and the seller come from the environment, see PullToCsv.cs.
using System;
using System.IO;
using System.Linq;
using Lazcore;

internal static class Fulfill
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 3)
        {
            Console.Error.WriteLine("usage: Fulfill ORDERS LABELS JOURNAL");
            return 2;
        }
        var config = new LazcoreConfig(Setting("LAZADA_APP_KEY"), Setting("LAZADA_APP_SECRET"))
        {
            Country = Setting("LAZADA_COUNTRY"),
            Gateway = Setting("LAZADA_GATEWAY"),
            AccessToken = Setting("LAZADA_ACCESS_TOKEN"),
        };
        var orders = File.ReadAllLines(arguments[0]).Where(line => line.Trim().Length > 0);
        var options = new FulfillmentOptions { Labels = arguments[1], Journal = arguments[2], Actor = Environment.UserName };
        try
        {
            using (var client = new LazcoreClient(config))
            using (var run = client.Fulfillment.Run(orders, options))
            {
                // Ctrl-C stops before the next batch, and the outcome of every item is still told.
                Console.CancelKeyPress += (sender, press) =>
                {
                    press.Cancel = true;
                    run.Cancel();
                };
                foreach (var item in run)
                {
                    Console.WriteLine(
                        "{0} {1}: {2} {3}", item.OrderId, item.OrderItemId, item.State,
                        item.IsDone ? item.TrackingNumber : item.Code + " " + item.Message + " " + item.RequestId);
                }
                return run.Failed.Count == 0 ? 0 : 3;
            }
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
}
