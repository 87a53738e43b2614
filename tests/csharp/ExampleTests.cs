using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Lazcore.Tests
{
    /// <summary>The examples, as programs of their own.</summary>
    public static class ExampleTests
    {
        public static void OrdersBecomeACsv()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 60"))
            {
                var told = Run(sandbox, 0, "PullToCsv", sandbox.CreatedAfter.ToString("o"), folder["orders.csv"]);
                Check.Equal(told, "60 orders\n");
                var rows = File.ReadAllLines(folder["orders.csv"]).Select(line => line.Split(',')).ToList();
                Check.Equal(rows[0][1], "order_id");
                Check.Equal(rows.Skip(1).Select(row => row[1]).Distinct().Count(), 60);
                Check.That(rows.Skip(1).All(row => row.Length == 8 && decimal.Parse(row[6]) > 0), "prices");
                Run(sandbox, 2, "PullToCsv");
            }
        }

        public static void AListOfOrdersIsShipped()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 25 --plain"))
            using (var client = sandbox.Client())
            {
                File.WriteAllLines(folder["ids"], client.Orders.Pull(sandbox.Window).Select(order => order.OrderId));
                var told = Run(sandbox, 0, "Fulfill", folder["ids"], folder["labels"], folder["journal"]);
                var items = sandbox.Books().Objects("items");
                Check.Equal(told.Split('\n').Count(line => line.Contains(": done ")), items.Count);
                Check.That(items.All(item => item.Text("status") == "ready_to_ship"), "shipped");
                Check.Equal(Directory.GetFiles(folder["labels"], "*.pdf").Length, 2);
                File.WriteAllText(folder["ids"], "1\n");
                Check.That(Run(sandbox, 3, "Fulfill", folder["ids"], folder["labels"], folder["journal"]).Length > 0, "a failure");
            }
        }

        public static void ATokenPairIsReadAndKept()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox())
            {
                var place = folder["seller.token"];
                Check.That(Run(sandbox, 3, "TokenPair", place).Contains("authorize"), "no pair yet");
                var told = Run(sandbox, 0, "TokenPair", place, sandbox.AuthCode);
                Check.That(told.StartsWith("fresh, ") && told.Contains("\nsg ") && told.Contains("\nseller "), told);
                var kept = File.ReadAllText(place);
                Check.Equal(Run(sandbox, 0, "TokenPair", place), told);
                Check.Equal(File.ReadAllText(place), kept);
                File.WriteAllText(place, kept.Substring(5));
                Run(sandbox, 1, "TokenPair", place);
            }
        }

        public static void TheExamplesOfThePagesRun()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 12 --plain"))
            {
                var told = Run(sandbox, 0, "Pages", folder[string.Empty], sandbox.CreatedAfter.ToString("o"), sandbox.AuthCode);
                Check.That(told.EndsWith("every example ran\n") && told.Contains("False 0 "), told);
            }
        }

        private static string Run(Sandbox sandbox, int expected, string program, params string[] arguments)
        {
            var here = Path.GetDirectoryName(typeof(LazcoreClient).Assembly.Location);
            var words = new[] { "--debug", Path.Combine(here, program + ".exe") }.Concat(arguments);
            var start = new ProcessStartInfo("mono", string.Join(" ", words))
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            var settings = new Dictionary<string, string>
            {
                { "LAZADA_APP_KEY", sandbox.AppKey },
                { "LAZADA_APP_SECRET", sandbox.AppSecret },
                { "LAZADA_ACCESS_TOKEN", sandbox.AccessToken },
                { "LAZADA_GATEWAY", sandbox.Url },
            };
            start.EnvironmentVariables.Remove("LAZADA_COUNTRY");
            foreach (var setting in settings)
            {
                start.EnvironmentVariables[setting.Key] = setting.Value;
            }
            using (var run = Process.Start(start))
            {
                var errors = run.StandardError.ReadToEndAsync();
                var told = run.StandardOutput.ReadToEnd();
                run.WaitForExit();
                if (run.ExitCode != expected)
                {
                    throw new CheckException(program + " ended with " + run.ExitCode + ": " + told + errors.Result);
                }
                return told;
            }
        }
    }
}
