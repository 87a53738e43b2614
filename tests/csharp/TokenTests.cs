using System;
using System.IO;
using System.Linq;
using System.Threading;

namespace Lazcore.Tests
{
    /// <summary>Token pairs: kept as text or in a file, refreshed, exchanged, and told without their secrets.</summary>
    public static class TokenTests
    {
        private const string Refresh = "/auth/token/refresh";

        public static void AnExpiredTokenIsRefreshedByTheNextCall()
        {
            using (var sandbox = new Sandbox())
            {
                string kept;
                using (var store = new TokenStore())
                using (var client = WithStore(sandbox, store))
                {
                    Check.Equal(client.Auth.Status(), null);
                    Check.Equal(store.Text, null);
                    Check.Throws<LazcoreAuthException>(() => client.Call("GetSeller"));
                    var status = client.Auth.StoreToken(sandbox.Pair(), DateTimeOffset.UtcNow.AddDays(-31));
                    Check.Equal(status.State, "expired");
                    Check.That(!status.NeedsPerson && !status.RawJson.Contains(sandbox.AccessToken), "without secrets");
                    kept = store.TakeChange();
                    Check.That(kept.Contains(sandbox.RefreshToken), "the text to keep");
                    Check.Equal(store.TakeChange(), null);
                    Check.Equal(store.Text, kept);
                }
                // Another process: it gives the text that it has kept.
                var later = new TokenStore(kept);
                using (var client = WithStore(sandbox, later))
                {
                    later.Dispose();
                    later.Dispose();
                    client.Call("GetSeller").Dispose();
                    Check.Equal(sandbox.Calls(Refresh).Count, 1);
                    Check.Equal(client.Auth.Status().State, "fresh");
                    Check.Throws<ObjectDisposedException>(() => later.TakeChange());
                }
            }
        }

        public static void ACodeIsExchangedForAPairInAFile()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox())
            {
                var config = sandbox.Settings();
                config.TokenFile = folder["seller.token"];
                using (var client = new LazcoreClient(config))
                {
                    var url = client.Auth.AuthorizationUrl("https://erp.example/callback", "s-4711");
                    Check.That(url.StartsWith("https://auth.lazada.com/oauth/authorize?") && url.Contains("s-4711"), url);
                    Auth.CheckState("s-4711", "s-4711");
                    Check.Equal(Check.Throws<LazcoreAuthException>(() => Auth.CheckState("s-4711", "s-4712")).Field, "state");
                    var status = client.Auth.ExchangeCode(sandbox.AuthCode);
                    Check.That(status.DaysLeft >= 29 && status.RefreshDaysLeft >= 179, "days left");
                    Check.That(status.ExpiresAt > DateTimeOffset.UtcNow.AddDays(29), "when it ends");
                    Check.Equal(status.Shops.Single().Country, "sg");
                    Check.That(status.Shops[0].SellerId != null, "the shop");
                    client.Call("GetSeller").Dispose();
                    var error = Check.Throws<LazcoreAuthException>(() => client.Auth.ExchangeCode(sandbox.AuthCode));
                    Check.That(!error.ToString().Contains(sandbox.AuthCode), "no code in the error");
                    Check.That(client.Account.StartsWith("SG-"), "the pair tells the account");
                }
                using (var another = new LazcoreClient(config))
                {
                    another.Call("GetSeller").Dispose();
                    Check.Equal(another.Auth.Refresh().State, "fresh");
                    Check.Equal(sandbox.Calls(Refresh).Count, 1);
                }
            }
        }

        public static void ManyThreadsRefreshOnce()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox())
            {
                var config = sandbox.Settings();
                config.TokenFile = folder["seller.token"];
                using (var client = new LazcoreClient(config))
                {
                    client.Auth.StoreToken(sandbox.Pair(), DateTimeOffset.UtcNow.AddDays(-31));
                    sandbox.Misbehave("{\"kind\":\"latency\",\"ms\":50}");
                    ThreadTests.InThreads(8, number => client.Call("GetSeller").Dispose());
                }
                Check.Equal(sandbox.Calls(Refresh).Count, 1);
            }
        }

        public static void ADeadRefreshTokenNeedsAPerson()
        {
            using (var sandbox = new Sandbox())
            using (var store = new TokenStore())
            using (var client = WithStore(sandbox, store))
            {
                client.Auth.StoreToken(sandbox.Pair());
                Check.Equal(client.Auth.Refresh().State, "fresh");
                sandbox.Misbehave("{\"kind\":\"expire_refresh_token\"}");
                Check.Equal(Check.Throws<LazcoreAuthException>(() => client.Auth.Refresh()).Code, "IllegalRefreshToken");
                Check.That(client.Auth.Status().NeedsPerson, "a person is needed");
                Check.Equal(client.Auth.Status().State, "refresh_expired");
            }
        }

        public static void TextsOfOthersAreRefused()
        {
            foreach (var text in new[] { "", "{}", "[]", "{\"lazcore_token\":1", "{\"access_token\":\"secret\"}" })
            {
                var error = Check.Throws<LazcoreConfigException>(() => new TokenStore(text));
                Check.That(!error.Message.Contains("secret"), "no secret in the error");
            }
        }

        public static void ATokenThatDiedAtTheGatewayIsRenewedOnce()
        {
            using (var sandbox = new Sandbox())
            using (var store = new TokenStore())
            using (var client = WithStore(sandbox, store))
            {
                client.Auth.StoreToken(sandbox.Pair());
                sandbox.Misbehave("{\"kind\":\"expire_token\"}");
                client.Call("GetSeller").Dispose();
                Check.Equal(sandbox.Calls(Refresh).Count, 1);
            }
        }

        private static LazcoreClient WithStore(Sandbox sandbox, TokenStore store)
        {
            var config = sandbox.Settings();
            config.TokenStore = store;
            return new LazcoreClient(config);
        }
    }
}
