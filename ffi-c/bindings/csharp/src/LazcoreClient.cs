using System;
using System.Collections.Generic;
using System.Threading;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>Calls the gateway for one account. Any number of threads may use one client at once: share it.</summary>
    /// <remarks>
    /// It holds connections and paces calls. Calls wait for their answer; a <see cref="CancellationToken"/> ends them
    /// from another thread. Failures are <see cref="LazcoreException"/>s.
    /// </remarks>
    public sealed class LazcoreClient : IDisposable
    {
        private readonly ClientHandle handle;

        /// <summary>A client with these settings, which it copies. Nothing is sent yet.</summary>
        /// <exception cref="LazcoreConfigException">A setting cannot be used; Field names it.</exception>
        public LazcoreClient(LazcoreConfig config)
        {
            if (config == null)
            {
                throw new ArgumentNullException(nameof(config));
            }
            var log = config.Log == null ? null : new CallLog(config.Log);
            handle = LazcoreLibrary.With(() =>
            {
                using (var settings = config.Open(log))
                {
                    Result.Check(NativeMethods.laz_client_new(settings, out IntPtr made, out IntPtr error), error);
                    return new ClientHandle(made, log);
                }
            });
            Config = config;
            Orders = new Orders(handle);
            Fulfillment = new Fulfillment(handle);
            Auth = new Auth(handle, config.AppKey);
        }

        /// <summary>Order pull and sync.</summary>
        public Orders Orders { get; }

        /// <summary>Packing, labels and the handover to the carrier.</summary>
        public Fulfillment Fulfillment { get; }

        /// <summary>The token pair of a client with a token file or store.</summary>
        public Auth Auth { get; }

        /// <summary>The key of the client's account in outcomes, exports and file names.</summary>
        public string Account
        {
            get
            {
                // The text is the client's: no Dispose until it is copied.
                lock (handle)
                {
                    return Utf8.Text(NativeMethods.laz_client_account(handle));
                }
            }
        }

        private LazcoreConfig Config { get; }

        /// <summary>Makes a call by the API's name, such as "Pack", checked against the catalogue before it is sent.</summary>
        /// <param name="name">The name, or the path or id in the catalogue.</param>
        /// <param name="parameters">
        /// Texts, decimals, whole numbers, bools, DateTimeOffsets, lists and dictionaries; null for none. Doubles are
        /// refused: they have no exact text. Values that are null are left out.
        /// </param>
        /// <param name="cancel">Ends the call from another thread.</param>
        /// <returns>The answer. Single rows of a batch may have failed all the same: see FailedRows.</returns>
        public Value Call(
            string name,
            IEnumerable<KeyValuePair<string, object>> parameters = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return CallJson(name, JsonWriter.Object("parameters", parameters), cancel);
        }

        /// <summary>As <see cref="Call"/>, with the parameters as the text of a JSON object: numbers count to the letter.</summary>
        /// <param name="name">The name, or the path or id in the catalogue.</param>
        /// <param name="parametersJson">A JSON object, or null for none.</param>
        /// <param name="cancel">Ends the call from another thread.</param>
        public Value CallJson(
            string name, string parametersJson, CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_call(
                    handle,
                    Utf8.Bytes("name", name),
                    Utf8.Bytes("parameters", parametersJson),
                    flag.Handle,
                    out IntPtr answer,
                    out IntPtr error);
                return Result.Value(status, answer, error);
            }
        }

        /// <summary>Makes a typed call that answers one object.</summary>
        public RecordReply<T> Send<T>(RecordRequest<T> request, CancellationToken cancel = default(CancellationToken))
            where T : Record
        {
            var answer = CallJson(request.ApiName, request.ParametersJson(), cancel);
            var normalized = Value.Parse(answer.Json);
            return new RecordReply<T>(answer, normalized, request.Read(normalized, string.Empty));
        }

        /// <summary>Makes a typed call that answers rows.</summary>
        public RowsReply<T> Send<T>(RowsRequest<T> request, CancellationToken cancel = default(CancellationToken))
            where T : Record
        {
            var answer = CallJson(request.ApiName, request.ParametersJson(), cancel);
            var normalized = Value.Parse(answer.Json);
            var rows = normalized.Records(request.RowsPointer, request.Read);
            return new RowsReply<T>(answer, normalized, rows);
        }

        /// <summary>Makes a call by method and path, for what is newer than the catalogue.</summary>
        /// <remarks>
        /// Parameters are not checked. A path that the catalogue does not know counts as a write, which is not repeated
        /// once it may have been executed.
        /// </remarks>
        /// <param name="method">GET or POST.</param>
        /// <param name="path">The path below /rest, such as "/order/get".</param>
        /// <param name="parameters">As in <see cref="Call"/>.</param>
        /// <param name="cancel">Ends the call from another thread.</param>
        public Value Request(
            string method,
            string path,
            IEnumerable<KeyValuePair<string, object>> parameters = null,
            CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_request(
                    handle,
                    Utf8.Bytes("method", method),
                    Utf8.Bytes("path", path),
                    Utf8.Bytes("parameters", JsonWriter.Object("parameters", parameters)),
                    flag.Handle,
                    out IntPtr answer,
                    out IntPtr error);
                return Result.Value(status, answer, error);
            }
        }

        /// <summary>Makes a call with files or HTTP headers of its own.</summary>
        public Value Send(HttpCall call, CancellationToken cancel = default(CancellationToken))
        {
            using (var request = call.Open())
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_send(
                    handle, request, flag.Handle, out IntPtr answer, out IntPtr error);
                return Result.Value(status, answer, error);
            }
        }

        /// <summary>Makes a signed request without sending it, for hosts with an HTTP stack of their own.</summary>
        /// <param name="name">As in <see cref="Call"/>.</param>
        /// <param name="parameters">As in <see cref="Call"/>.</param>
        /// <returns>
        /// What to send; read the answer with <see cref="Protocol.Read(string, int, IDictionary{string, string}, string)"/>.
        /// </returns>
        public PreparedRequest Prepare(string name, IEnumerable<KeyValuePair<string, object>> parameters = null)
        {
            return Protocol.Prepare(Config, name, parameters, DateTimeOffset.UtcNow);
        }

        /// <summary>Asks the gateway something that it refuses, without keys and token: for diagnosis when no call works.</summary>
        /// <param name="host">"api", or "auth" for the host of token calls.</param>
        /// <param name="cancel">Ends the call from another thread.</param>
        /// <returns>"url", "http_status", "is_gateway", "code", "request_id", "took_ms" and, if told, "clock_ahead_ms".</returns>
        public Value Probe(string host = "api", CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_probe(
                    handle, Utf8.Bytes("host", host), flag.Handle, out IntPtr answer, out IntPtr error);
                return Result.Value(status, answer, error);
            }
        }

        /// <summary>The account behind the client's token, asked for once and remembered.</summary>
        public SellerAccount ResolveAccount(CancellationToken cancel = default(CancellationToken))
        {
            using (var flag = new Cancellation(cancel))
            {
                var status = NativeMethods.laz_client_resolve_account(
                    handle, flag.Handle, out IntPtr answer, out IntPtr error);
                return new SellerAccount(Result.Value(status, answer, error));
            }
        }

        /// <summary>Frees the client once the last call has returned. Its jobs and values live on. Twice does no harm.</summary>
        public void Dispose()
        {
            lock (handle)
            {
                handle.Dispose();
            }
        }
    }
}
