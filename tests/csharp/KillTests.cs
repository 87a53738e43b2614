using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;

namespace Lazcore.Tests
{
    /// <summary>Processes that are killed (SIGKILL) in the middle, and what the next one makes of it.</summary>
    public static class KillTests
    {
        public static void AKilledPullGoesOnWithoutLosingAnOrder()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 1000 --plain --latency 20"))
            {
                const int Kills = 2;
                for (var kill = 1; kill <= Kills; kill++)
                {
                    var before = Lines(folder["orders"]);
                    // Without this page the pull cannot end, however late the kill comes.
                    sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"/orders/get\",\"after\":4}");
                    Check.That(
                        Killed(Children.Start("pull", sandbox, folder), () => Lines(folder["orders"]) >= before + 50),
                        "it was killed");
                    sandbox.Behave();
                }
                Check.That(!Killed(Children.Start("pull", sandbox, folder), () => false), "the last one ends");
                var kept = File.ReadAllLines(folder["orders"]).Select(line => line.Split(' ')[0]).ToList();
                Check.Equal(kept.Distinct().Count(), 1000);
                // Orders come again only from the last cursor on.
                Check.That(kept.Count <= 1000 + 10 * Kills, kept.Count + " orders were kept");
                Check.That(File.ReadAllLines(folder["orders"]).All(line => line.Split(' ')[1] != "0"), "items came with them");
            }
        }

        public static void AKilledRunPacksNothingTwice()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 70 --plain --latency 50"))
            using (var client = sandbox.Client())
            {
                File.WriteAllLines(folder["ids"], client.Orders.Pull(sandbox.Window).Select(order => order.OrderId));
                foreach (var path in new[] { "/order/fulfill/pack", "/order/package/document/get", "/order/package/rts" })
                {
                    var before = sandbox.Calls(path).Count;
                    // What is sent is executed, and nobody hears of it: the run cannot end, however late the kill comes.
                    sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"" + path + "\",\"after\":1,\"executed\":true}");
                    Check.That(
                        Killed(Children.Start("ship", sandbox, folder), () => sandbox.Calls(path).Count > before + 1),
                        "it was killed");
                    sandbox.Behave();
                }
                Check.That(!Killed(Children.Start("ship", sandbox, folder), () => false), "the last one ends");
                var outcomes = File.ReadAllLines(folder["outcomes"]);
                Check.Same(outcomes.Where(line => !line.EndsWith(" done")), new string[0]);
                var items = sandbox.Books().Objects("items");
                Check.Equal(items.Count, outcomes.Length);
                Check.That(items.All(item => item.Int64("packed") == 1), "an item was packed twice");
                Check.That(sandbox.Books().Objects("packages").All(one => one.Int64("couriers") == 1), "a courier came twice");
            }
        }

        /// <summary>Kills the child when the time has come; false when it ended by itself, and well.</summary>
        private static bool Killed(Process child, Func<bool> now)
        {
            using (child)
            {
                var watch = Stopwatch.StartNew();
                while (!child.WaitForExit(5))
                {
                    Check.That(watch.ElapsedMilliseconds < 120000, "the child hangs");
                    if (now())
                    {
                        try
                        {
                            child.Kill();
                        }
                        catch (InvalidOperationException)
                        {
                            // It has ended meanwhile.
                        }
                        child.WaitForExit();
                        return child.ExitCode != 0;
                    }
                }
                Check.Equal(child.ExitCode, 0);
                return false;
            }
        }

        private static int Lines(string path)
        {
            return File.Exists(path) ? File.ReadAllLines(path).Length : 0;
        }
    }
}
