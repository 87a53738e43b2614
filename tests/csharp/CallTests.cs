using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using Lazcore.Api;

namespace Lazcore.Tests
{
    /// <summary>Single calls: by name, typed, by path, with files, and without a socket.</summary>
    public static class CallTests
    {
        public static void AnAnswerIsReadInPlace()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var orders = client.Call("GetOrders", ErrorTests.Args("created_after", sandbox.CreatedAfter, "limit", 3)))
            {
                Check.Equal(orders.Count("/orders"), 3L);
                Check.Equal(orders.Type("/orders"), ValueType.List);
                Check.Equal(orders.Type("/orders/0"), ValueType.Object);
                Check.Equal(orders.Type("/nothing"), ValueType.Absent);
                Check.Equal(orders.Text("/nothing"), null);
                Check.Equal(orders.Int64("/nothing"), null);
                Check.Equal(orders.Object("/nothing"), null);
                Check.Equal(orders.Objects("/nothing").Count, 0);
                var first = orders.Object("/orders/0");
                Check.That(first.Names.Contains("order_id") && first.Decimal("price") > 0, "an order has a price");
                Check.Equal(first["price"], first.Decimal("price").Value.ToString(CultureInfo.InvariantCulture));
                Check.Equal(Check.Throws<LazcoreDecodeException>(() => first.Int64("created_at")).Field, "/orders/0/created_at");
                Check.Equal(orders.Evidence.Api, "/orders/get");
                Check.Equal(orders.Evidence.RequestId, orders.RequestId);
                Check.Equal(orders.Evidence.Attempts, 1L);
                Check.That(orders.Evidence.At > DateTimeOffset.UtcNow.AddMinutes(-5), "when it was");
                Check.Equal(orders.FailedRows.Count, 0);
                Check.Equal(Encoding.UTF8.GetString(orders.Body), orders.BodyText);
                Check.That(orders.BodyText.Contains("\"countTotal\""), "the body as it came");
                using (var child = orders.Child("/orders/1"))
                {
                    orders.Dispose();
                    Check.That(child.Text("/order_id").Length > 0, "a child outlives its parent");
                    Check.Throws<ObjectDisposedException>(() => orders.Text("/orders"));
                }
            }
        }

        public static void TypedCallsAnswerTypedRecords()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var page = client.Send(new GetOrders { CreatedAfter = sandbox.CreatedAfter, Limit = 5 }))
            {
                Check.Equal(page.Rows.Count, 5);
                Check.That(page.RequestId.Length > 0, "request id");
                var order = page.Rows[0];
                using (var one = client.Send(new GetOrder { OrderId = order.OrderId }))
                {
                    Check.Equal(one.Data.OrderId, order.OrderId);
                    Check.Equal(one.Data.Price, order.Price);
                    Check.Equal(one.Data.BuyerPaid, one.Data.Price - one.Data.Voucher + one.Data.ShippingFee);
                    Check.Same(one.Data.Statuses, new[] { "pending" });
                    Check.That(one.Data.AddressShipping.City != null, "an object within");
                    // The gateway prints times of the store's country.
                    Check.Equal(one.Data.CreatedAt.Value.Offset, TimeSpan.FromHours(8));
                    Check.That(one.Data.CreatedAt >= sandbox.CreatedAfter, "a time");
                }
                using (var items = client.Send(new GetOrderItems { OrderId = order.OrderId }))
                {
                    Check.Equal((long)items.Rows.Count, order.ItemsCount);
                    Check.That(items.Rows.All(item => item.OrderId == order.OrderId && item.PaidPrice > 0), "items");
                }
                using (var several = client.Send(new GetMultipleOrderItems { OrderIds = page.Rows.Select(row => row.OrderId) }))
                {
                    Check.Equal(several.Rows.Count, 5);
                    Check.That(several.Rows[0].OrderItems[0].OrderItemId != null, "objects within rows");
                }
                using (var seller = client.Send(new GetSeller()))
                {
                    Check.That(seller.Data.SellerId != null && seller.Evidence.HttpStatus == 200, "a call without parameters");
                }
                using (var packed = client.Send(Pack(order, client)))
                {
                    Check.Equal(packed.Rows[0].OrderId, order.OrderId);
                    Check.That(packed.Rows[0].OrderItemList[0].PackageId != null, "a nested input");
                    Check.Equal(packed.FailedRows.Count, 0);
                }
            }
        }

        private static Pack Pack(Order order, LazcoreClient client)
        {
            using (var items = client.Send(new GetOrderItems { OrderId = order.OrderId }))
            {
                return new Pack
                {
                    PackOrderList = new[]
                    {
                        new PackOrder
                        {
                            OrderId = order.OrderId,
                            OrderItemList = items.Rows.Select(item => item.OrderItemId).ToArray(),
                        },
                    },
                    DeliveryType = "dropship",
                    ShippingAllocateType = "TFS",
                };
            }
        }

        public static void RowsThatFailAreToldBesideThoseThatDid()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                var packages = new List<object> { ErrorTests.Args("package_id", "FP-unknown") };
                using (var answer = client.Call("ReadyToShip", ErrorTests.Args("packages", packages)))
                {
                    Check.Equal(answer.FailedRows.Count, 1);
                    var row = answer.FailedRows[0];
                    Check.That(row.Code != null && row.Message != null && row.Row.Contains("FP-unknown"), "the row's refusal");
                }
            }
        }

        public static void ValuesKeepEveryDigitAndWhatHasNoExactTextIsRefused()
        {
            var arguments = ErrorTests.Args(
                "text", "Áo \"thun\" \\ 中文\n\u0001", "long", long.MaxValue, "decimal", 12345678901234567.89m, "scale", 12.50m,
                "yes", true, "none", null, "list", new object[] { 1, "b", new List<int> { 2 } },
                "nested", new Dictionary<string, decimal> { { "x", 0.10m } },
                "time", new DateTimeOffset(2026, 3, 1, 16, 0, 0, TimeSpan.FromHours(8)));
            Check.Equal(
                Native.JsonWriter.Object("parameters", arguments),
                "{\"text\":\"Áo \\\"thun\\\" \\\\ 中文\\u000a\\u0001\",\"long\":9223372036854775807,\"decimal\":12345678901234567.89,"
                + "\"scale\":12.50,\"yes\":true,\"list\":[1,\"b\",[2]],\"nested\":{\"x\":0.10},\"time\":\"2026-03-01T16:00:00+08:00\"}");
            Action<object, string> refused = (value, field) =>
            {
                var error = Check.Throws<LazcoreInputException>(() => Protocol.Sign("s", "/x", ErrorTests.Args("price", value)));
                Check.Equal(error.Field, field);
                Check.That(error.Message.Contains("give a") || error.Message.Contains("nested")
                    || error.Message.Contains("keys") || error.Message.Contains("AddFile"), error.Message);
            };
            refused(1.5, "price");
            refused(1.5f, "price");
            refused(new[] { 1.5 }, "price[0]");
            refused(ErrorTests.Args("a", new object[] { "x", 0.1 }), "a[1]");
            refused(DateTime.Now, "price");
            refused(new byte[] { 1 }, "price");
            refused(new object(), "price");
            refused(new Dictionary<int, string> { { 1, "x" } }, "price");
            var endless = new List<object>();
            endless.Add(endless);
            Check.Throws<LazcoreInputException>(() => Protocol.Sign("s", "/x", ErrorTests.Args("price", endless)));
            Check.Equal(
                Check.Throws<LazcoreInputException>(() => Protocol.Sign("s\0", "/x", ErrorTests.Args())).Field, "app_secret");
            Check.Throws<LazcoreInputException>(() => Protocol.Sign("s", "/x\ud800", ErrorTests.Args()));
        }

        public static void AmountsAreExactOrRefused()
        {
            using (var answer = Protocol.Read(
                null, 200, null, "{\"code\":\"0\",\"a\":12345678901234567.89,\"b\":\"35.10\",\"c\":1,\"d\":\"1,000.00\",\"e\":\"\"}"))
            {
                Check.Equal(answer.Decimal("/a"), 12345678901234567.89m);
                Check.Equal(answer.Decimal("/b").ToString(), "35.10");
                Check.Equal(answer.Decimal("/c"), 1m);
                Check.Throws<LazcoreDecodeException>(() => answer.Decimal("/d"));
                Check.Equal(answer.Text("/d"), "1,000.00");
                Check.Equal(answer.Decimal("/e"), null);
            }
            using (var odd = Value.Parse("{\"list\":[1],\"names\":{\"a\":1,\"b\\u0000\":2,\"c\":3}}"))
            {
                Check.Equal(odd.Names().Count, 2);
                Check.Equal(odd.Names("/nowhere").Count, 0);
                Check.Equal(Check.Throws<LazcoreDecodeException>(() => odd.Names("/list")).Field, "/list");
                Check.Throws<LazcoreDecodeException>(() => odd.Names("/names"));
            }
            Check.Throws<LazcoreDecodeException>(() => Amount.Read("x", "79228162514264337593543950336"));
            Check.Throws<LazcoreDecodeException>(() => Amount.Read("x", "0.12345678901234567890123456789"));
            Check.Equal(Amount.Read("x", "-0.05"), -0.05m);
        }

        public static void ParametersAreCheckedBeforeAnythingIsSent()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                Check.Equal(Check.Throws<LazcoreInputException>(() => client.Call("GetOrder")).Field, "order_id");
                Check.Equal(
                    Check.Throws<LazcoreInputException>(() => client.Call("GetOrder", ErrorTests.Args("order_id", "x y"))).Field,
                    "order_id");
                Check.Throws<LazcoreInputException>(() => client.Call("NoSuchApi"));
                Check.Equal(sandbox.Calls().Count, 0);
            }
        }

        public static void ACallByPathAndWithFiles()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                using (var seller = client.Request("GET", "/seller/get"))
                {
                    Check.That(seller.BodyText.Contains("seller_id"), "by path");
                }
                var call = new HttpCall("POST", "/order/fulfill/pack", ErrorTests.Args("packReq", "{\"note\":\"ảnh\"}"))
                    .AddFile("image", "a.png", new byte[] { 0, 255, 10 }, "image/png")
                    .AddFile("empty", "b", new byte[0])
                    .AddHeader("X-Trace", "t-1");
                // Refused for what it says, by the API itself, behind the check of the signature.
                var error = Check.Throws<LazcoreApiException>(() => client.Send(call));
                Check.Equal(error.Api, "/order/fulfill/pack");
                var prepared = call.Prepare(sandbox.Config(), DateTimeOffset.UtcNow);
                Check.Equal(prepared.Method, "POST");
                Check.That(prepared.Headers.Any(header => header.Value.Contains("multipart/form-data")), "a multipart body");
                Check.That(Encoding.UTF8.GetString(prepared.Body).Contains("filename=\"a.png\""), "the file");
                Check.Throws<LazcoreInputException>(() => client.Send(new HttpCall("GET", "/x").AddHeader("Host", "elsewhere")));
            }
        }

        public static void AnotherHttpStackSendsWhatIsPrepared()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var web = new WebClient { Proxy = null })
            {
                var request = client.Prepare(
                    "GetOrders", ErrorTests.Args("created_after", sandbox.CreatedAfter, "limit", 100));
                Check.Equal(request.Method, "GET");
                Check.Equal(request.Body.Length, 0);
                var body = web.DownloadData(request.Url);
                var headers = web.ResponseHeaders.AllKeys.ToDictionary(name => name, name => web.ResponseHeaders[name]);
                using (var answer = Protocol.Read("GetOrders", 200, headers, body))
                {
                    Check.Equal(answer.Count("/orders"), 30L);
                }
                var refusal = Check.Throws<LazcoreThrottledException>(() => Protocol.Read(
                    "GetOrders", 200, null, "{\"code\":\"ApiCallLimit\",\"type\":\"ISV\",\"request_id\":\"r1\",\"message\":\"m\"}"));
                Check.That(refusal.Retryable && refusal.RequestId == "r1", "judged as a call would be");
            }
        }

        public static void SignaturesAreMadeAndExplained()
        {
            var given = ErrorTests.Args("app_key", "123456", "timestamp", 1517820392000, "sign_method", "sha256");
            var right = Protocol.Sign("helloworld", "/order/get", given);
            Check.Equal(right.Length, 64);
            var told = Protocol.ExplainSignature("helloworld", "/order/get", given, right);
            Check.Equal(told.Verdict, "right");
            Check.Equal(told.Signature, right);
            Check.Equal(Protocol.ExplainSignature("helloworld", "/order/get", given).Verdict, "not_given");
        }

        public static void ThrottlingIsWaitedForAndAnExpiredTokenToldAtOnce()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                sandbox.Misbehave("{\"kind\":\"throttle\",\"path\":\"/seller/get\",\"times\":2,\"seconds\":0}");
                using (var seller = client.Send(new GetSeller()))
                {
                    Check.Equal(seller.Evidence.Attempts, 3L);
                }
                var config = sandbox.Config();
                config.MaxAttempts = 1;
                using (var once = new LazcoreClient(config))
                {
                    sandbox.Misbehave("{\"kind\":\"throttle\",\"path\":\"/seller/get\",\"seconds\":0}");
                    var error = Check.Throws<LazcoreThrottledException>(() => once.Call("GetSeller"));
                    Check.That(error.Retryable && error.Attempts == 1, "once");
                }
            }
        }

        public static void AWriteWhoseAnswerIsLostIsIndeterminateAndSentOnce()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                sandbox.Misbehave("{\"kind\":\"drop_after\",\"path\":\"/order/package/rts\"}");
                var packages = new[] { ErrorTests.Args("package_id", "FP1") };
                var error = Check.Throws<LazcoreIndeterminateException>(
                    () => client.Call("ReadyToShip", ErrorTests.Args("packages", packages)));
                Check.Equal(error.Executed, Executed.Unknown);
                Check.Equal(error.Attempts, 1);
                Check.That(!error.Retryable, "look before it is sent again");
                Check.Equal(sandbox.Calls("/order/package/rts").Count, 1);
            }
        }

        public static void AStalledReadTimesOut()
        {
            using (var sandbox = new Sandbox())
            {
                var config = sandbox.Config();
                config.ResponseTimeout = TimeSpan.FromMilliseconds(200);
                config.MaxAttempts = 1;
                using (var client = new LazcoreClient(config))
                {
                    sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"/seller/get\"}");
                    var error = Check.Throws<LazcoreTimeoutException>(() => client.Call("GetSeller"));
                    Check.That(error is LazcoreTransportException && error.Retryable, "a read may be tried again");
                }
            }
        }

        public static void TheLogTellsEachCallWithoutSecrets()
        {
            using (var sandbox = new Sandbox())
            {
                var lines = new List<string>();
                var config = sandbox.Config();
                config.Log = line =>
                {
                    lock (lines)
                    {
                        lines.Add(line);
                    }
                    throw new InvalidOperationException("a log that fails");
                };
                OrderPull pull;
                using (var client = new LazcoreClient(config))
                {
                    client.Call("GetSeller").Dispose();
                    Check.Throws<LazcoreApiException>(() => client.Call("GetOrder", ErrorTests.Args("order_id", 1)));
                    Check.Equal(lines.Count, 2);
                    var first = Value.Parse(lines[0]);
                    Check.Equal(first.Text("/api"), "/seller/get");
                    Check.Equal(first.Text("/result"), "ok");
                    Check.Equal(Value.Parse(lines[1]).Text("/result"), "api");
                    var window = sandbox.Window;
                    window.WithItems = true;
                    pull = client.Orders.Pull(window);
                }
                // A job lives on without its client, and some of its calls come from threads of its own.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Check.Equal(pull.Count(), 30);
                Check.That(lines.Any(line => line.Contains("/orders/items/get")), "the calls of a job");
                Check.That(!lines.Any(line => line.Contains(sandbox.AccessToken)), "no secrets");
                pull.Dispose();
            }
        }

        public static void TheGatewayIsProbedAndTheAccountResolved()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var probe = client.Probe())
            {
                Check.That(probe.Flag("/is_gateway") == true && probe.Int64("/http_status") == 200, "a gateway");
                Check.Throws<LazcoreInputException>(() => client.Probe("nowhere"));
                var account = client.ResolveAccount();
                Check.Equal(account.Country, "SG");
                Check.Equal(account.Key, "SG-" + account.SellerId);
                Check.Equal(account.AppKey, sandbox.AppKey);
                Check.Equal(client.Account, account.Key);
            }
        }
    }
}
