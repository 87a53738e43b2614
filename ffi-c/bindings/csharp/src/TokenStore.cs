using System;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>A store in memory for one token pair, for hosts that keep the pair as a text of their own.</summary>
    /// <remarks>
    /// Give it to <see cref="LazcoreConfig.TokenStore"/>, and after calls take out what has changed. The text is a
    /// password in clear; one that was not taken is lost with the process, while the old pair is spent. Processes
    /// that share a pair need <see cref="LazcoreConfig.TokenFile"/>. Any number of threads may use one store.
    /// </remarks>
    public sealed class TokenStore : IDisposable
    {
        /// <summary>A store of a text that <see cref="TakeChange"/> or <see cref="Text"/> gave once; empty without one.</summary>
        /// <exception cref="LazcoreConfigException">The text is damaged or something else.</exception>
        public TokenStore(string text = null)
        {
            Handle = LazcoreLibrary.With(() =>
            {
                var given = Utf8.Bytes("text", text);
                Result.Check(NativeMethods.laz_token_store_new(given, out IntPtr made, out IntPtr error), error);
                return new TokenStoreHandle(made);
            });
        }

        /// <summary>The text of the pair, changed or not; null when the store is empty. It holds secrets.</summary>
        public string Text
        {
            get
            {
                var status = NativeMethods.laz_token_store_text(Handle, out IntPtr value, out IntPtr error);
                return Copied(Result.ValueOrNothing(status, value, error));
            }
        }

        internal TokenStoreHandle Handle { get; }

        /// <summary>The text, if it has changed since it was given or last taken: what to keep now. Else null.</summary>
        public string TakeChange()
        {
            var status = NativeMethods.laz_token_store_take_change(Handle, out IntPtr value, out IntPtr error);
            return Copied(Result.ValueOrNothing(status, value, error));
        }

        /// <summary>Frees the store. Clients that were given it keep it. Twice does no harm.</summary>
        public void Dispose()
        {
            Handle.Dispose();
        }

        private static string Copied(Value text)
        {
            using (text)
            {
                return text?.Text();
            }
        }
    }
}
