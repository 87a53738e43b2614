using System;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>Settings of a client. Only app key, app secret and a country or gateway are needed.</summary>
    /// <remarks>What is null keeps its default. A wrong setting is told when a client is made of it.</remarks>
    public sealed class LazcoreConfig
    {
        /// <summary>Settings for an app.</summary>
        /// <param name="appKey">The app's key.</param>
        /// <param name="appSecret">The app's secret. It stands in no error and no log.</param>
        public LazcoreConfig(string appKey, string appSecret)
        {
            AppKey = appKey;
            AppSecret = appSecret;
        }

        /// <summary>The app's key.</summary>
        public string AppKey { get; }

        /// <summary>Calls go to Lazada's gateway of this country: SG, MY, TH, VN, PH or ID.</summary>
        public string Country { get; set; }

        /// <summary>Calls go to this base URL, such as a sandbox's, instead of a country's.</summary>
        public string Gateway { get; set; }

        /// <summary>The seller's access token.</summary>
        public string AccessToken { get; set; }

        /// <summary>The file with the seller's token pair, in place of a fixed access token.</summary>
        /// <remarks>
        /// Each call takes the newest pair from there, and one whose time has come is refreshed, once for all threads
        /// and processes that share the file. It need not exist yet; it is made for its owner alone.
        /// </remarks>
        public string TokenFile { get; set; }

        /// <summary>As <see cref="TokenFile"/>, with a pair that the host keeps as a text of its own.</summary>
        public TokenStore TokenStore { get; set; }

        /// <summary>The name of the account in outcomes, exports and file names.</summary>
        public string Account { get; set; }

        /// <summary>Until a connection stands: look-up, TCP and TLS. 10 seconds by default.</summary>
        public TimeSpan? ConnectTimeout { get; set; }

        /// <summary>From the sent request to the head of the answer. 30 seconds by default.</summary>
        public TimeSpan? ResponseTimeout { get; set; }

        /// <summary>For one whole exchange. 60 seconds by default.</summary>
        public TimeSpan? TotalTimeout { get; set; }

        /// <summary>For a call with all its attempts and pauses. 120 seconds by default.</summary>
        public TimeSpan? Deadline { get; set; }

        /// <summary>The largest answer after decompression, in bytes. 64 MiB by default.</summary>
        public long? MaxBodyBytes { get; set; }

        /// <summary>The deepest nesting of an answer. 128 by default.</summary>
        public int? MaxDepth { get; set; }

        /// <summary>A PEM file with certificates to trust besides the built-in ones.</summary>
        public string CaFile { get; set; }

        /// <summary>"none" (the default), "environment" or "http://[user:password@]host:port".</summary>
        public string Proxy { get; set; }

        /// <summary>Whether plain http may go to other hosts than this machine: tokens then travel in clear.</summary>
        public bool AllowPlainHttp { get; set; }

        /// <summary>The most attempts of one call, the first included; 1 for no repeats. 5 by default.</summary>
        public int? MaxAttempts { get; set; }

        /// <summary>The most calls a second to one API, over all clients of the app in the process; 0 for no ceiling.</summary>
        public int? RatePerPath { get; set; }

        /// <summary>The most calls a second for one account, over all its clients in the process; 0 for no ceiling.</summary>
        public int? RatePerAccount { get; set; }

        /// <summary>A file to which each call adds a line of JSON without secrets: what to quote to support.</summary>
        public string CallLog { get; set; }

        /// <summary>Gets the line of each finished call, JSON without secrets, as <see cref="CallLog"/> writes it.</summary>
        /// <remarks>
        /// It is called on the thread that made the call or on one of a job's own, on several at once, before the call
        /// returns. It must be quick and must not use a client, job or token store. What it throws is lost.
        /// </remarks>
        public Action<string> Log { get; set; }

        private string AppSecret { get; }

        /// <summary>The settings as the library takes them.</summary>
        /// <param name="log">Where the lines go; whoever makes calls with these settings keeps it.</param>
        internal ConfigHandle Open(Native.CallLog log = null)
        {
            var status = NativeMethods.laz_config_new(
                Utf8.Bytes("app_key", AppKey), Utf8.Bytes("app_secret", AppSecret), out IntPtr made, out IntPtr error);
            Result.Check(status, error);
            var config = new ConfigHandle(made);
            // A refused setting is remembered by the library and told when the settings are used.
            SetTexts(config);
            SetTimes(config);
            SetLimits(config);
            log?.Set(config);
            return config;
        }

        private delegate int Setter<T>(ConfigHandle config, T value);

        private static void Set(ConfigHandle config, Setter<byte[]> set, string field, string text)
        {
            if (text != null)
            {
                set(config, Utf8.Bytes(field, text));
            }
        }

        private static void Set(ConfigHandle config, Setter<long> set, TimeSpan? time)
        {
            if (time != null)
            {
                set(config, time.Value.Ticks / TimeSpan.TicksPerMillisecond);
            }
        }

        private static void Set(ConfigHandle config, Setter<int> set, int? number)
        {
            if (number != null)
            {
                set(config, number.Value);
            }
        }

        private void SetTexts(ConfigHandle config)
        {
            Set(config, NativeMethods.laz_config_set_country, "country", Country);
            Set(config, NativeMethods.laz_config_set_gateway, "gateway", Gateway);
            Set(config, NativeMethods.laz_config_set_access_token, "access_token", AccessToken);
            Set(config, NativeMethods.laz_config_set_token_file, "token_file", TokenFile);
            Set(config, NativeMethods.laz_config_set_account, "account", Account);
            Set(config, NativeMethods.laz_config_set_ca_file, "ca_file", CaFile);
            Set(config, NativeMethods.laz_config_set_proxy, "proxy", Proxy);
            Set(config, NativeMethods.laz_config_set_call_log, "call_log", CallLog);
            if (TokenStore != null)
            {
                NativeMethods.laz_config_set_token_store(config, TokenStore.Handle);
            }
        }

        private void SetTimes(ConfigHandle config)
        {
            Set(config, NativeMethods.laz_config_set_connect_timeout_ms, ConnectTimeout);
            Set(config, NativeMethods.laz_config_set_response_timeout_ms, ResponseTimeout);
            Set(config, NativeMethods.laz_config_set_total_timeout_ms, TotalTimeout);
            Set(config, NativeMethods.laz_config_set_deadline_ms, Deadline);
        }

        private void SetLimits(ConfigHandle config)
        {
            if (MaxBodyBytes != null)
            {
                NativeMethods.laz_config_set_max_body_bytes(config, MaxBodyBytes.Value);
            }
            Set(config, NativeMethods.laz_config_set_max_depth, MaxDepth);
            Set(config, NativeMethods.laz_config_set_max_attempts, MaxAttempts);
            Set(config, NativeMethods.laz_config_set_rate_per_path, RatePerPath);
            Set(config, NativeMethods.laz_config_set_rate_per_account, RatePerAccount);
            NativeMethods.laz_config_set_allow_plain_http(config, AllowPlainHttp ? 1 : 0);
        }
    }
}
