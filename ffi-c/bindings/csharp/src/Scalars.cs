using System;
using System.Globalization;

namespace Lazcore
{
    /// <summary>Amounts as decimals.</summary>
    internal static class Amount
    {
        // 28 digits always fit; a decimal would round what is longer without a word.
        private const int ExactDigits = 28;

        internal static decimal Read(string place, string text)
        {
            var digits = 0;
            foreach (var letter in text)
            {
                if (letter >= '0' && letter <= '9' && (digits > 0 || letter != '0'))
                {
                    digits++;
                }
            }
            var point = text.IndexOf('.');
            var places = point < 0 ? 0 : text.Length - point - 1;
            if (digits > ExactDigits || places > ExactDigits
                || !decimal.TryParse(
                    text,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out decimal amount))
            {
                throw new LazcoreDecodeException(place, "has more digits than a decimal holds; read it as a text");
            }
            return amount;
        }
    }

    /// <summary>Instants with the offset that they were written with.</summary>
    internal static class Instant
    {
        private static readonly DateTimeOffset Epoch = new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private static readonly TimeSpan Furthest = TimeSpan.FromHours(14);

        /// <summary>The instant is the library's; the text only tells how it was written.</summary>
        internal static DateTimeOffset Read(long milliseconds, string text)
        {
            return Epoch.AddMilliseconds(milliseconds).ToOffset(Offset(text ?? string.Empty));
        }

        internal static long? Milliseconds(DateTimeOffset? time)
        {
            return time == null ? (long?)null : Milliseconds(time.Value);
        }

        internal static long Milliseconds(DateTimeOffset time)
        {
            // Towards the past, also before 1970.
            var ticks = time.UtcTicks - Epoch.UtcTicks;
            var whole = ticks / TimeSpan.TicksPerMillisecond;
            return ticks % TimeSpan.TicksPerMillisecond < 0 ? whole - 1 : whole;
        }

        // "+08:00" or "+0800" at the end, perhaps before a zone in brackets; anything else is shown as UTC.
        private static TimeSpan Offset(string text)
        {
            text = text.Split('[')[0];
            var sign = Math.Max(text.LastIndexOf('+'), text.LastIndexOf('-'));
            if (sign < 10)
            {
                return TimeSpan.Zero;
            }
            var digits = text.Substring(sign + 1).Replace(":", string.Empty);
            if (digits.Length != 4 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return TimeSpan.Zero;
            }
            var offset = new TimeSpan(number / 100, number % 100, 0);
            return offset > Furthest ? TimeSpan.Zero : text[sign] == '-' ? -offset : offset;
        }
    }
}
