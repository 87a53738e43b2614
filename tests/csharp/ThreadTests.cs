using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Lazcore.Api;

namespace Lazcore.Tests
{
    /// <summary>Threads, cancel, disposal and the garbage collector.</summary>
    public static class ThreadTests
    {
        public static void EightThreadsShareAClientAndAValue()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var page = client.Call("GetOrders", ErrorTests.Args("created_after", sandbox.CreatedAfter, "limit", 30)))
            {
                var before = sandbox.Calls("/seller/get").Count;
                InThreads(8, number =>
                {
                    for (var round = 0; round < 5; round++)
                    {
                        client.Call("GetSeller").Dispose();
                        for (var row = 0; row < 30; row++)
                        {
                            Check.That(page.Text("/orders/" + row + "/order_id").Length > 5, "an id");
                            Check.That(page.Json.Length > 1000, "the whole");
                        }
                    }
                });
                Check.Equal(sandbox.Calls("/seller/get").Count - before, 40);
            }
        }

        public static void ACallIsCanceledFromAnotherThread()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var cancel = new CancellationTokenSource())
            {
                sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"/seller/get\"}");
                var canceler = new Thread(() =>
                {
                    sandbox.Await("/seller/get", 1);
                    cancel.Cancel();
                });
                canceler.Start();
                var error = Check.Throws<LazcoreCanceledException>(() => client.Send(new GetSeller(), cancel.Token));
                Check.Equal(error.Kind, "canceled");
                canceler.Join();
                // Once set it stays set, and other calls go on.
                Check.Throws<LazcoreCanceledException>(() => client.Call("GetSeller", null, cancel.Token));
                client.Call("GetSeller").Dispose();
            }
        }

        public static void ACanceledWriteMayHaveBeenExecuted()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var cancel = new CancellationTokenSource())
            {
                sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"/order/package/rts\"}");
                var canceler = new Thread(() =>
                {
                    sandbox.Await("/order/package/rts", 1);
                    cancel.Cancel();
                });
                canceler.Start();
                var packages = new[] { ErrorTests.Args("package_id", "FP1") };
                var error = Check.Throws<LazcoreIndeterminateException>(
                    () => client.Call("ReadyToShip", ErrorTests.Args("packages", packages), cancel.Token));
                Check.Equal(error.Executed, Executed.Unknown);
                canceler.Join();
            }
        }

        public static void DisposingTwiceAndUsingAfterwards()
        {
            using (var sandbox = new Sandbox())
            {
                var client = sandbox.Client();
                var seller = client.Call("GetSeller");
                var pull = client.Orders.Pull(sandbox.Window);
                var first = pull.First();
                client.Dispose();
                client.Dispose();
                // Jobs and values live on.
                Check.That(seller.Text("/seller_id") != null, "a value outlives its client");
                Check.Equal(pull.Count(), 29);
                Check.Throws<ObjectDisposedException>(() => client.Call("GetSeller"));
                Check.Throws<ObjectDisposedException>(() => client.Orders.Pull(sandbox.Window));
                seller.Dispose();
                seller.Dispose();
                Check.Throws<ObjectDisposedException>(() => seller.Text("/seller_id"));
                pull.Dispose();
                pull.Cancel();
                Check.That(first.OrderId != null, "an order outlives its pull");
                first.Value.Dispose();
                Check.Throws<ObjectDisposedException>(() => first.OrderId.ToString());
            }
        }

        public static void AValueDisposedWhileItIsReadIsReadOrGone()
        {
            // So long that its memory is given back at once, and that it takes a while to copy.
            var text = new string('x', 34000000);
            for (var round = 0; round < 2; round++)
            {
                var value = Protocol.Read(null, 200, null, "{\"code\":\"0\",\"v\":\"" + text + "\"}");
                InThreads(3, number =>
                {
                    try
                    {
                        if (number == 0)
                        {
                            Thread.Sleep(20 + (40 * round));
                            value.Dispose();
                        }
                        else
                        {
                            // Not shown when they differ.
                            Check.That(value.Text("/v") == text, "another text");
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                        // The other one was faster.
                    }
                });
            }
        }

        public static void AClientDisposedDuringACallFreesItAfterwards()
        {
            using (var sandbox = new Sandbox())
            {
                sandbox.Misbehave("{\"kind\":\"latency\",\"ms\":300,\"path\":\"/seller/get\"}");
                var client = sandbox.Client();
                var caller = new Thread(() => client.Call("GetSeller").Dispose());
                caller.Start();
                sandbox.Await("/seller/get", 1);
                client.Dispose();
                caller.Join();
            }
        }

        public static void TheCollectorFreesWhatNobodyDisposes()
        {
            using (var sandbox = new Sandbox())
            using (var stop = new CancellationTokenSource())
            {
                var collector = new Thread(() =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        GC.Collect();
                        GC.WaitForPendingFinalizers();
                        Thread.Sleep(1);
                    }
                });
                collector.Start();
                InThreads(4, number =>
                {
                    for (var round = 0; round < 5; round++)
                    {
                        // Nothing but the call under way holds the client, and nothing but the read its value.
                        Check.That(sandbox.Client().Call("GetSeller").Text("/seller_id") != null, "a seller");
                        Check.Equal(sandbox.Client().Orders.Pull(sandbox.Window).Select(order => order.OrderId).Distinct().Count(), 30);
                    }
                });
                stop.Cancel();
                collector.Join();
            }
        }

        public static void AJobIsForOneThread()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"/orders/get\"}");
                var pull = client.Orders.Pull(sandbox.Window);
                Exception told = null;
                var waiter = new Thread(() =>
                {
                    try
                    {
                        pull.First();
                    }
                    catch (LazcoreException error)
                    {
                        told = error;
                    }
                });
                waiter.Start();
                sandbox.Await("/orders/get", 1);
                var refused = Check.Throws<LazcoreArgumentException>(() => pull.First());
                Check.That(refused is LazcoreInputException && refused.Field == "job", "refused, not undefined");
                // Ends the wait, and frees the job once it has ended.
                pull.Dispose();
                waiter.Join();
                Check.That(told is LazcoreCanceledException, "canceled: " + told);
            }
        }

        internal static void InThreads(int count, Action<int> body)
        {
            var errors = new List<Exception>();
            var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
            {
                try
                {
                    body(number);
                }
                catch (Exception error)
                {
                    lock (errors)
                    {
                        errors.Add(error);
                    }
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            if (errors.Count > 0)
            {
                throw errors[0];
            }
        }
    }
}
