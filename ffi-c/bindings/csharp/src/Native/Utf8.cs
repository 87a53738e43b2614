using System;
using System.Text;

namespace Lazcore.Native
{
    /// <summary>Texts across the boundary: UTF-8 with a NUL behind them.</summary>
    internal static class Utf8
    {
        // Half a surrogate pair is refused rather than sent as a question mark.
        private static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>The text for a call. A missing text stays missing.</summary>
        /// <param name="field">What an error names.</param>
        /// <param name="text">The text.</param>
        internal static byte[] Bytes(string field, string text)
        {
            if (text == null)
            {
                return null;
            }
            if (text.IndexOf('\0') >= 0)
            {
                throw new LazcoreInputException(field, "holds a NUL, which would cut it short");
            }
            try
            {
                var bytes = new byte[Strict.GetByteCount(text) + 1];
                Strict.GetBytes(text, 0, text.Length, bytes, 0);
                return bytes;
            }
            catch (EncoderFallbackException)
            {
                throw new LazcoreInputException(field, "is not valid Unicode: half of a surrogate pair");
            }
        }

        /// <summary>A text of the library, copied; null for NULL.</summary>
        internal static unsafe string Text(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            var start = (byte*)text;
            var end = start;
            while (*end != 0)
            {
                end++;
            }
            return Text(text, end - start);
        }

        /// <summary>As many bytes of UTF-8, copied.</summary>
        internal static unsafe string Text(IntPtr text, long length)
        {
            return length == 0 ? string.Empty : Encoding.UTF8.GetString((byte*)text, checked((int)length));
        }
    }
}
