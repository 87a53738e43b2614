using System;
using System.Collections.Generic;
using System.Text;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>Signing and judging without a socket.</summary>
    public static class Protocol
    {
        /// <summary>Signs a path with everything that will be sent, the system parameters included and "sign" left out.</summary>
        public static string Sign(
            string appSecret, string path, IEnumerable<KeyValuePair<string, object>> parameters)
        {
            return SignJson(appSecret, path, JsonWriter.Object("parameters", parameters));
        }

        /// <summary>As <see cref="Sign"/>, with the parameters as the text of a JSON object.</summary>
        public static string SignJson(string appSecret, string path, string parametersJson)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_sign(
                    Utf8.Bytes("app_secret", appSecret),
                    Utf8.Bytes("path", path),
                    Utf8.Bytes("parameters", parametersJson),
                    out IntPtr value,
                    out IntPtr error);
                return Result.Text(status, value, error);
            });
        }

        /// <summary>Says why the gateway refuses a signature that another program made.</summary>
        /// <param name="appSecret">The app's secret.</param>
        /// <param name="path">The path.</param>
        /// <param name="parameters">What that program sends, blank values included, "sign" and files left out.</param>
        /// <param name="signature">Its signature, or null.</param>
        public static SignatureExplanation ExplainSignature(
            string appSecret, string path, IEnumerable<KeyValuePair<string, object>> parameters, string signature = null)
        {
            return ExplainSignatureJson(appSecret, path, JsonWriter.Object("parameters", parameters), signature);
        }

        /// <summary>As <see cref="ExplainSignature"/>, with the parameters as the text of a JSON object, in that program's order.</summary>
        public static SignatureExplanation ExplainSignatureJson(
            string appSecret, string path, string parametersJson, string signature = null)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_explain_signature(
                    Utf8.Bytes("app_secret", appSecret),
                    Utf8.Bytes("path", path),
                    Utf8.Bytes("parameters", parametersJson),
                    Utf8.Bytes("signature", signature),
                    out IntPtr value,
                    out IntPtr error);
                return new SignatureExplanation(Result.Value(status, value, error));
            });
        }

        /// <summary>Makes a signed request without sending it.</summary>
        /// <param name="config">Settings; a token file or store is not looked at.</param>
        /// <param name="name">As in LazcoreClient.Call.</param>
        /// <param name="parameters">As in LazcoreClient.Call.</param>
        /// <param name="now">The time of the attempt, taken anew for each.</param>
        public static PreparedRequest Prepare(
            LazcoreConfig config,
            string name,
            IEnumerable<KeyValuePair<string, object>> parameters,
            DateTimeOffset now)
        {
            return PrepareJson(config, name, JsonWriter.Object("parameters", parameters), now);
        }

        /// <summary>As <see cref="Prepare"/>, with the parameters as the text of a JSON object.</summary>
        public static PreparedRequest PrepareJson(
            LazcoreConfig config, string name, string parametersJson, DateTimeOffset now)
        {
            return LazcoreLibrary.With(() =>
            {
                using (var settings = config.Open())
                {
                    var status = NativeMethods.laz_prepare(
                        settings,
                        Utf8.Bytes("name", name),
                        Utf8.Bytes("parameters", parametersJson),
                        Instant.Milliseconds(now),
                        out IntPtr value,
                        out IntPtr error);
                    return new PreparedRequest(Result.Value(status, value, error));
                }
            });
        }

        /// <summary>As <see cref="PrepareJson"/>, by method and path.</summary>
        public static PreparedRequest PrepareRequestJson(
            LazcoreConfig config, string method, string path, string parametersJson, DateTimeOffset now)
        {
            return LazcoreLibrary.With(() =>
            {
                using (var settings = config.Open())
                {
                    var status = NativeMethods.laz_prepare_request(
                        settings,
                        Utf8.Bytes("method", method),
                        Utf8.Bytes("path", path),
                        Utf8.Bytes("parameters", parametersJson),
                        Instant.Milliseconds(now),
                        out IntPtr value,
                        out IntPtr error);
                    return new PreparedRequest(Result.Value(status, value, error));
                }
            });
        }

        /// <summary>Reads an answer that came through another HTTP client, and judges it as a call would.</summary>
        /// <param name="name">The API's name, or null for a call by path.</param>
        /// <param name="httpStatus">The HTTP status.</param>
        /// <param name="headers">The answer's header fields, or null.</param>
        /// <param name="body">Its bytes, decompressed already.</param>
        /// <exception cref="LazcoreException">Lazada refused, or the answer cannot be read.</exception>
        public static Value Read(string name, int httpStatus, IDictionary<string, string> headers, byte[] body)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_read(
                    Utf8.Bytes("name", name),
                    httpStatus,
                    Utf8.Bytes("headers", headers == null ? null : JsonWriter.Any("headers", headers)),
                    body,
                    new UIntPtr(body == null ? 0 : (ulong)body.LongLength),
                    out IntPtr value,
                    out IntPtr error);
                return Result.Value(status, value, error);
            });
        }

        /// <summary>As the other Read, for a body that is a text already.</summary>
        public static Value Read(string name, int httpStatus, IDictionary<string, string> headers, string body)
        {
            return Read(name, httpStatus, headers, Encoding.UTF8.GetBytes(body));
        }
    }

    /// <summary>A signed request, ready for any HTTP stack. Send it as it is; it holds the token: do not log it.</summary>
    public sealed class PreparedRequest
    {
        internal PreparedRequest(Value request)
        {
            using (request)
            {
                Method = request.Text("/method");
                Url = request.Text("/url");
                Body = request.Body;
                var headers = new List<KeyValuePair<string, string>>();
                foreach (var name in request.Names("/headers"))
                {
                    headers.Add(new KeyValuePair<string, string>(name, request.Text(Value.Member("/headers", name))));
                }
                Headers = headers;
            }
        }

        /// <summary>GET or POST.</summary>
        public string Method { get; }

        /// <summary>The whole address, with query.</summary>
        public string Url { get; }

        /// <summary>The headers that belong to the body.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

        /// <summary>The body; empty for GET.</summary>
        public byte[] Body { get; }
    }

    /// <summary>Why a signature is refused.</summary>
    public sealed class SignatureExplanation : Record
    {
        internal SignatureExplanation(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>What is hashed; with the access token, if one is among the parameters: do not log it.</summary>
        public string BaseString
        {
            get { return Text("base_string"); }
        }

        /// <summary>The right signature.</summary>
        public string Signature
        {
            get { return Text("signature"); }
        }

        /// <summary>"not_given", "right", "wrong" or "unknown".</summary>
        public string Verdict
        {
            get { return Text("verdict"); }
        }

        /// <summary>The mistakes found, each with "code" and "advice".</summary>
        public IReadOnlyList<Record> Mistakes
        {
            get { return Objects("mistakes"); }
        }
    }
}
