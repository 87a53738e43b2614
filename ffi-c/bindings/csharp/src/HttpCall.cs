using System;
using System.Collections.Generic;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>A call by path with files or HTTP headers of its own, to be given to LazcoreClient.Send.</summary>
    /// <remarks>With files it is sent by POST as multipart/form-data; files are not signed.</remarks>
    public sealed class HttpCall
    {
        private readonly string method;
        private readonly string path;
        private readonly IEnumerable<KeyValuePair<string, object>> parameters;
        private readonly List<Action<RequestHandle>> parts = new List<Action<RequestHandle>>();

        /// <summary>A call.</summary>
        /// <param name="method">GET or POST.</param>
        /// <param name="path">The path below /rest.</param>
        /// <param name="parameters">As in LazcoreClient.Call.</param>
        public HttpCall(string method, string path, IEnumerable<KeyValuePair<string, object>> parameters = null)
        {
            this.method = method;
            this.path = path;
            this.parameters = parameters;
        }

        /// <summary>Adds a file.</summary>
        /// <param name="name">The parameter's name.</param>
        /// <param name="fileName">The file's name.</param>
        /// <param name="content">Its bytes.</param>
        /// <param name="contentType">Such as "image/png"; null for application/octet-stream.</param>
        /// <returns>This call.</returns>
        public HttpCall AddFile(string name, string fileName, byte[] content, string contentType = null)
        {
            if (content == null)
            {
                throw new ArgumentNullException(nameof(content));
            }
            parts.Add(request =>
            {
                var status = NativeMethods.laz_request_add_file(
                    request,
                    Utf8.Bytes("name", name),
                    Utf8.Bytes("file_name", fileName),
                    Utf8.Bytes("content_type", contentType),
                    content,
                    new UIntPtr((ulong)content.LongLength),
                    out IntPtr error);
                Result.Check(status, error);
            });
            return this;
        }

        /// <summary>Adds an HTTP header.</summary>
        /// <param name="name">Its name.</param>
        /// <param name="value">Its value.</param>
        /// <returns>This call.</returns>
        public HttpCall AddHeader(string name, string value)
        {
            parts.Add(request =>
            {
                var status = NativeMethods.laz_request_add_header(
                    request, Utf8.Bytes("name", name), Utf8.Bytes("value", value), out IntPtr error);
                Result.Check(status, error);
            });
            return this;
        }

        /// <summary>Signs the call without sending it, for hosts with an HTTP stack of their own.</summary>
        /// <param name="config">Settings; a token file or store is not looked at.</param>
        /// <param name="now">The time of the attempt, taken anew for each.</param>
        public PreparedRequest Prepare(LazcoreConfig config, DateTimeOffset now)
        {
            return LazcoreLibrary.With(() =>
            {
                using (var settings = config.Open())
                using (var request = Open())
                {
                    var status = NativeMethods.laz_request_prepare(
                        request, settings, Instant.Milliseconds(now), out IntPtr value, out IntPtr error);
                    return new PreparedRequest(Result.Value(status, value, error));
                }
            });
        }

        internal RequestHandle Open()
        {
            var status = NativeMethods.laz_request_new(
                Utf8.Bytes("method", method),
                Utf8.Bytes("path", path),
                Utf8.Bytes("parameters", JsonWriter.Object("parameters", parameters)),
                out IntPtr made,
                out IntPtr error);
            Result.Check(status, error);
            var request = new RequestHandle(made);
            try
            {
                foreach (var add in parts)
                {
                    add(request);
                }
            }
            catch
            {
                request.Dispose();
                throw;
            }
            return request;
        }
    }
}
