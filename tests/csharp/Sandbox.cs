using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;

namespace Lazcore.Tests
{
    /// <summary>A sandbox program of one's own, and its controls.</summary>
    internal sealed class Sandbox : IDisposable
    {
        private readonly Process process;
        private readonly Value greeting;

        internal Sandbox(string options = "--orders 30 --plain")
        {
            var program = Environment.GetEnvironmentVariable("LAZCORE_SANDBOX");
            process = Process.Start(new ProcessStartInfo(program, "--json --until-stdin-closes " + options)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            });
            Json = process.StandardOutput.ReadLine();
            Check.That(Json != null, "the sandbox did not start");
            greeting = Value.Parse(Json);
        }

        internal string Json { get; }

        internal string Url { get { return Told("url"); } }

        internal string AppKey { get { return Told("app_key"); } }

        internal string AppSecret { get { return Told("app_secret"); } }

        internal string AccessToken { get { return Told("access_token"); } }

        internal string RefreshToken { get { return Told("refresh_token"); } }

        internal string AuthCode { get { return Told("auth_code"); } }

        internal DateTimeOffset CreatedAfter { get { return DateTimeOffset.Parse(Told("created_after")); } }

        internal DateTimeOffset CreatedBefore { get { return DateTimeOffset.Parse(Told("created_before")); } }

        internal PullOptions Window
        {
            get { return new PullOptions { CreatedAfter = CreatedAfter, CreatedBefore = CreatedBefore }; }
        }

        /// <summary>Settings without a token.</summary>
        internal LazcoreConfig Settings()
        {
            return new LazcoreConfig(AppKey, AppSecret) { Gateway = Url, RatePerPath = 0, RatePerAccount = 0 };
        }

        internal LazcoreConfig Config()
        {
            var config = Settings();
            config.AccessToken = AccessToken;
            return config;
        }

        internal LazcoreClient Client()
        {
            return new LazcoreClient(Config());
        }

        /// <summary>The store's first pair as the platform would have answered it.</summary>
        internal string Pair()
        {
            return "{\"access_token\":\"" + AccessToken + "\",\"refresh_token\":\"" + RefreshToken
                + "\",\"expires_in\":2592000,\"refresh_expires_in\":15552000}";
        }

        internal void Misbehave(string plan)
        {
            Post("/sandbox/misbehave", plan);
        }

        /// <summary>Forgets what was planned.</summary>
        internal void Behave()
        {
            Post("/sandbox/behave", string.Empty);
        }

        internal void Act(string plan)
        {
            Post("/sandbox/act", plan);
        }

        internal string Get(string path)
        {
            using (var web = new WebClient { Encoding = Encoding.UTF8, Proxy = null })
            {
                return web.DownloadString(Root + path);
            }
        }

        /// <summary>What arrived, of one path or of all.</summary>
        internal IReadOnlyList<Record> Calls(string path = null)
        {
            var calls = Value.Parse(Get("/sandbox/calls"));
            return calls.Objects(string.Empty)
                .Where(call => path == null || call.Text("path") == path).ToList();
        }

        /// <summary>What really happened in the first store.</summary>
        internal Record Books()
        {
            return Value.Parse(Get("/sandbox/books")).Object("/stores/0");
        }

        /// <summary>Waits until so many calls of a path have arrived.</summary>
        internal void Await(string path, int calls)
        {
            for (var round = 0; round < 1000 && Calls(path).Count < calls; round++)
            {
                Thread.Sleep(10);
            }
            Check.That(Calls(path).Count >= calls, path + " did not arrive");
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }

        private string Root
        {
            get { return Url.Substring(0, Url.Length - "/rest".Length); }
        }

        private string Told(string name)
        {
            return greeting.Text("/" + name);
        }

        private void Post(string path, string json)
        {
            using (var web = new WebClient { Encoding = Encoding.UTF8, Proxy = null })
            {
                Check.That(web.UploadString(Root + path, json).Contains("\"ok\":true"), path + " was refused");
            }
        }
    }

    /// <summary>A folder that goes with its files.</summary>
    internal sealed class Folder : IDisposable
    {
        private static int number;
        private readonly string path;

        internal Folder()
        {
            path = Path.Combine(Path.GetTempPath(), "lazcore-cs-" + Process.GetCurrentProcess().Id + "-" + number++);
            Directory.CreateDirectory(path);
        }

        internal string this[string name]
        {
            get { return Path.Combine(path, name); }
        }

        public void Dispose()
        {
            Directory.Delete(path, true);
        }
    }
}
