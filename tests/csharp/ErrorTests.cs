using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Lazcore.Native;

namespace Lazcore.Tests
{
    /// <summary>Exceptions against the page and the header, and what they tell.</summary>
    public static class ErrorTests
    {
        public static void EveryKindStandsInThePageWithItsException()
        {
            var rows = File.ReadAllLines("docs/errors.md").Select(Cells).Where(row => row.Length > 5).ToList();
            var column = Array.IndexOf(rows.First(row => row[0] == "kind"), "C# exception");
            Check.That(column > 0, "docs/errors.md has no column for C#");
            var kinds = rows.Where(row => row[2].StartsWith("LAZ_STATUS_")).ToList();
            Check.That(kinds.Count > 10, "docs/errors.md has no kinds");
            foreach (var row in kinds)
            {
                Check.Equal(Of(int.Parse(row[3])).GetType().Name, row[column]);
            }
        }

        public static void EveryStatusOfTheHeaderHasAClass()
        {
            var statuses = Regex.Matches(File.ReadAllText("include/lazcore.h"), @"LAZ_STATUS_(\w+) = (\d+),");
            var noErrors = new[] { "OK", "DONE", "ABSENT" };
            var named = new HashSet<Type>();
            foreach (Match match in statuses)
            {
                var type = Of(int.Parse(match.Groups[2].Value)).GetType();
                var known = type != typeof(LazcoreException);
                Check.Equal(known, !noErrors.Contains(match.Groups[1].Value) && match.Groups[1].Value != "OTHER");
                Check.That(!known || named.Add(type), type.Name + " stands for two statuses");
            }
            var classes = typeof(LazcoreException).Assembly.GetTypes().Where(typeof(LazcoreException).IsAssignableFrom);
            Check.Equal(named.Count + 1, classes.Count());
        }

        public static void TheTreeIsThatOfThePage()
        {
            Check.Equal(typeof(LazcoreTimeoutException).BaseType, typeof(LazcoreTransportException));
            Check.Equal(typeof(LazcoreThrottledException).BaseType, typeof(LazcoreApiException));
            Check.Equal(typeof(LazcoreAuthException).BaseType, typeof(LazcoreApiException));
            Check.Equal(typeof(LazcorePanicException).BaseType, typeof(LazcoreInternalException));
            Check.Equal(typeof(LazcoreArgumentException).BaseType, typeof(LazcoreInputException));
        }

        public static void OutcomeStatesAreThoseOfTheHeader()
        {
            var states = typeof(OutcomeState).GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => (string)field.GetRawConstantValue());
            var header = File.ReadAllText("include/lazcore.h").Replace("\n//", string.Empty);
            var told = Regex.Match(header, "with \"state\" \\(([^)]*)\\)").Groups[1].Value;
            Check.Same(states, Regex.Matches(told, "\"(\\w+)\"").Cast<Match>().Select(match => match.Groups[1].Value));
        }

        public static void APanicIsAnExceptionAndTheHostLives()
        {
            for (var round = 0; round < 3; round++)
            {
                var error = Check.Throws<LazcorePanicException>(() => Result.Check(laz_test_panic(out IntPtr told), told));
                Check.Equal(error.Kind, "panic");
                Check.Equal(error.Status, 900);
                Check.That(error is LazcoreInternalException, "a panic is a defect");
            }
            Check.That(LazcoreLibrary.Version.Length > 0, "the library goes on");
        }

        public static void ARefusalTellsEverything()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                var error = Check.Throws<LazcoreApiException>(() => client.Call("GetOrder", Args("order_id", 1)));
                Check.Equal(error.Kind, "api");
                Check.Equal(error.Api, "/order/get");
                Check.Equal(error.Attempts, 1);
                Check.Equal(error.HttpStatus, 200);
                Check.Equal(error.Executed, Executed.No);
                Check.That(!error.Retryable, "a refusal stays one");
                Check.That(!string.IsNullOrEmpty(error.Code) && !string.IsNullOrEmpty(error.RequestId), "code and request id");
                Check.That(error.Message.Contains(error.RequestId), "the message has the request id");
                Check.That(error.Answer.Contains(error.RequestId), "the answer as it came");
                Check.That(error.Account != null, "the account");
                Check.That(!error.ToString().Contains(sandbox.AccessToken), "no token in the error");
            }
        }

        public static void AWrongTokenIsAnAuthError()
        {
            using (var sandbox = new Sandbox())
            {
                var config = sandbox.Settings();
                config.AccessToken = "50000000000000000000000000000000";
                using (var client = new LazcoreClient(config))
                {
                    var error = Check.Throws<LazcoreAuthException>(() => client.Call("GetSeller"));
                    Check.Equal(error.Code, "IllegalAccessToken");
                    Check.That(!error.ToString().Contains(config.AccessToken), "no token in the error");
                }
            }
        }

        public static void WrongSettingsNameTheirField()
        {
            Action<string, Action<LazcoreConfig>> refused = (field, change) =>
            {
                var config = new LazcoreConfig("key", "secret") { Country = "SG" };
                change(config);
                Check.Equal(Check.Throws<LazcoreConfigException>(() => new LazcoreClient(config)).Field, field);
            };
            refused("country", config => config.Country = "XX");
            refused("gateway", config => config.Gateway = "ftp://nowhere");
            refused("proxy", config => config.Proxy = "gopher://x");
            refused("max_attempts", config => config.MaxAttempts = 0);
            refused("connect_timeout", config => config.ConnectTimeout = TimeSpan.FromSeconds(-1));
            refused("ca_file", config => config.CaFile = "/nowhere/at/all.pem");
            Check.Throws<LazcoreConfigException>(() => new LazcoreClient(new LazcoreConfig("", "secret")));
            Check.Throws<ArgumentNullException>(() => new LazcoreClient(null));
            Check.Equal(Check.Throws<LazcoreConfigException>(() => Bills.Currency("XX")).Field, "country");
            Check.Equal(Bills.Currency("th"), "THB");
        }

        internal static Dictionary<string, object> Args(params object[] pairs)
        {
            var arguments = new Dictionary<string, object>();
            for (var at = 0; at < pairs.Length; at += 2)
            {
                arguments[(string)pairs[at]] = pairs[at + 1];
            }
            return arguments;
        }

        private static LazcoreException Of(int status)
        {
            return LazcoreException.Of(new ErrorDetails { Status = status });
        }

        private static string[] Cells(string line)
        {
            return line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
        }

        [DllImport("liblazcore.so.0", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        private static extern int laz_test_panic(out IntPtr error);
    }
}
