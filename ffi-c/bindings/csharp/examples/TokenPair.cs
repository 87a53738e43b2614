// Reads a token pair that is kept as a text, says how it stands, and keeps it when a call has refreshed it.
//
//   TokenPair seller.token          tells the pair's state, and calls once with it
//   TokenPair seller.token CODE     exchanges the code of an authorization for a pair first
//
// A file stands for the host's own place here, such as a column of its database. Processes that share a pair use
// LazcoreConfig.TokenFile instead. The app comes from the environment, see PullToCsv.cs.
using System;
using System.IO;
using Lazcore;

internal static class TokenPair
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length < 1 || arguments.Length > 2)
        {
            Console.Error.WriteLine("usage: TokenPair FILE [CODE]");
            return 2;
        }
        try
        {
            // A damaged text is refused here.
            using (var store = new TokenStore(File.Exists(arguments[0]) ? File.ReadAllText(arguments[0]) : null))
            {
                var config = new LazcoreConfig(Setting("LAZADA_APP_KEY"), Setting("LAZADA_APP_SECRET"))
                {
                    Country = Setting("LAZADA_COUNTRY"),
                    Gateway = Setting("LAZADA_GATEWAY"),
                    TokenStore = store,
                };
                using (var client = new LazcoreClient(config))
                {
                    if (arguments.Length == 2)
                    {
                        client.Auth.ExchangeCode(arguments[1]);
                        Keep(store, arguments[0]);
                    }
                    return Tell(client, store, arguments[0]);
                }
            }
        }
        catch (LazcoreException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }

    private static int Tell(LazcoreClient client, TokenStore store, string place)
    {
        var status = client.Auth.Status();
        if (status == null || status.NeedsPerson)
        {
            Console.WriteLine("the seller must authorize the app again");
            return 3;
        }
        Console.WriteLine("{0}, {1} days left, refresh {2} days", status.State, status.DaysLeft, status.RefreshDaysLeft);
        foreach (var shop in status.Shops)
        {
            Console.WriteLine("{0} {1}", shop.Country, shop.SellerId);
        }
        using (var seller = client.Call("GetSeller"))
        {
            Console.WriteLine("seller " + seller.Text("/seller_id"));
        }
        Keep(store, place);
        return 0;
    }

    // After each call: any one may have refreshed the pair, and the old one is spent then.
    private static void Keep(TokenStore store, string place)
    {
        var changed = store.TakeChange();
        if (changed != null)
        {
            File.WriteAllText(place, changed);
        }
    }

    private static string Setting(string name)
    {
        return Environment.GetEnvironmentVariable(name);
    }
}
