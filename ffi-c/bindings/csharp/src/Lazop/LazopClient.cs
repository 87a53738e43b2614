using System;
using System.Collections.Generic;
using System.Globalization;
using Lazcore;

namespace Lazop.Api
{
    /// <summary>What executes calls.</summary>
    public interface ILazopClient
    {
        /// <summary>Makes a call without an access token.</summary>
        LazopResponse Execute(LazopRequest request);

        /// <summary>Makes a call with an access token.</summary>
        LazopResponse Execute(LazopRequest request, string accessToken);

        /// <summary>As without the time, which is taken anew for each attempt.</summary>
        LazopResponse Execute(LazopRequest request, string accessToken, DateTime timestamp);
    }

    /// <summary>The official SDK's client over lazcore. Any number of threads may use one.</summary>
    /// <remarks>
    /// What the platform refuses is a response with its code, as before; what gets no answer is thrown, as a
    /// <see cref="LazcoreException"/>. docs/csharp.md lists what differs.
    /// </remarks>
    public class LazopClient : ILazopClient
    {
        // Each token has a client of its own, with connections; the one unused for longest gives way.
        private const int MostClients = 32;

        // What the client says itself.
        private static readonly string[] Own = { "app_key", "sign_method", "timestamp", "partner_id", "sign", "debug" };
        private readonly string serverUrl;
        private readonly string appKey;
        private readonly string appSecret;
        private readonly LinkedList<KeyValuePair<string, LazcoreClient>> clients =
            new LinkedList<KeyValuePair<string, LazcoreClient>>();
        private readonly object gate = new object();
        private IDictionary<string, string> custom;
        private TimeSpan? timeout;
        private TimeSpan? readWriteTimeout;
        private string proxy;

        /// <summary>A client.</summary>
        /// <param name="serverUrl">A gateway, such as https://api.lazada.sg/rest.</param>
        /// <param name="appKey">The app's key.</param>
        /// <param name="appSecret">The app's secret.</param>
        /// <exception cref="LazcoreConfigException">A setting cannot be used.</exception>
        public LazopClient(string serverUrl, string appKey, string appSecret)
        {
            this.serverUrl = serverUrl;
            this.appKey = appKey;
            this.appSecret = appSecret;
            // Wrong settings are told here rather than at the first call.
            Client(string.Empty);
        }

        /// <summary>Milliseconds until an answer begins.</summary>
        public void SetTimeout(int timeout)
        {
            Change(() => this.timeout = TimeSpan.FromMilliseconds(timeout));
        }

        /// <summary>Milliseconds for one whole exchange.</summary>
        public void SetReadWriteTimeout(int readWriteTimeout)
        {
            Change(() => this.readWriteTimeout = TimeSpan.FromMilliseconds(readWriteTimeout));
        }

        /// <summary>False takes the way out that the environment names; without a call of this there is no proxy.</summary>
        public void SetDisableWebProxy(bool disable)
        {
            Change(() => proxy = disable ? "none" : "environment");
        }

        /// <summary>Parameters that go with every call.</summary>
        public void SetCustomParameters(IDictionary<string, string> customParameters)
        {
            Change(() => custom = customParameters);
        }

        /// <summary>Without effect: sha256 is the only method.</summary>
        public void SetSignMethod(string signMethod)
        {
        }

        /// <summary>Without effect: nothing is logged.</summary>
        public void SetDisableTrace(bool disableTrace)
        {
        }

        /// <summary>Without effect: nothing is logged.</summary>
        public void SetLogLevel(string logLevel)
        {
        }

        /// <summary>Without effect: certificates are always verified.</summary>
        public void SetIgnoreSSLCheck(bool ignore)
        {
        }

        /// <summary>Without effect: connections are kept and shared.</summary>
        public void SetMaxConnectionLimit(int limit)
        {
        }

        /// <inheritdoc/>
        public virtual LazopResponse Execute(LazopRequest request)
        {
            return Execute(request, null);
        }

        /// <inheritdoc/>
        public virtual LazopResponse Execute(LazopRequest request, string accessToken, DateTime timestamp)
        {
            return Execute(request, accessToken);
        }

        /// <inheritdoc/>
        /// <exception cref="LazcoreException">No answer, or none that is JSON; parameters that cannot be sent.</exception>
        public virtual LazopResponse Execute(LazopRequest request, string accessToken)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            var parameters = Parameters(request);
            object given;
            if (parameters.TryGetValue("access_token", out given))
            {
                accessToken = (string)given;
                parameters.Remove("access_token");
            }
            try
            {
                using (var answer = Send(Client(accessToken ?? string.Empty), request, parameters))
                {
                    return LazopResponse.Of(answer.BodyText);
                }
            }
            catch (LazcoreException error) when (error.Answer != null)
            {
                return LazopResponse.Of(error.Answer);
            }
        }

        private static Value Send(LazcoreClient client, LazopRequest request, IDictionary<string, object> parameters)
        {
            var path = "/" + (request.GetApiName() ?? string.Empty).TrimStart('/');
            var files = request.GetFileParameters();
            var headers = request.GetHeaderParameters();
            var method = files != null ? "POST" : request.GetHttpMethod().ToUpper(CultureInfo.InvariantCulture);
            if (files == null && headers == null)
            {
                return client.Request(method, path, parameters);
            }
            var call = new HttpCall(method, path, parameters);
            if (files != null)
            {
                foreach (var file in files)
                {
                    call.AddFile(file.Key, file.Value.GetFileName(), file.Value.GetContent(), file.Value.GetMimeType());
                }
            }
            if (headers != null)
            {
                foreach (var header in headers)
                {
                    call.AddHeader(header.Key, header.Value);
                }
            }
            return client.Send(call);
        }

        private Dictionary<string, object> Parameters(LazopRequest request)
        {
            var parameters = new Dictionary<string, object>();
            foreach (var source in new[] { request.GetParameters(), custom })
            {
                if (source != null)
                {
                    foreach (var one in source)
                    {
                        parameters[one.Key] = one.Value;
                    }
                }
            }
            foreach (var name in Own)
            {
                parameters.Remove(name);
            }
            return parameters;
        }

        private void Change(Action change)
        {
            lock (gate)
            {
                change();
                clients.Clear();
            }
        }

        private LazcoreClient Client(string accessToken)
        {
            lock (gate)
            {
                for (var node = clients.First; node != null; node = node.Next)
                {
                    if (node.Value.Key == accessToken)
                    {
                        clients.Remove(node);
                        clients.AddFirst(node);
                        return node.Value.Value;
                    }
                }
                var client = new LazcoreClient(Settings(accessToken));
                clients.AddFirst(new KeyValuePair<string, LazcoreClient>(accessToken, client));
                if (clients.Count > MostClients)
                {
                    // Another thread may be about to use it, so the collector frees it.
                    clients.RemoveLast();
                }
                return client;
            }
        }

        private LazcoreConfig Settings(string accessToken)
        {
            return new LazcoreConfig(appKey, appSecret)
            {
                Gateway = serverUrl,
                AccessToken = accessToken.Length == 0 ? null : accessToken,
                ResponseTimeout = timeout,
                TotalTimeout = readWriteTimeout,
                Proxy = proxy,
            };
        }
    }
}
