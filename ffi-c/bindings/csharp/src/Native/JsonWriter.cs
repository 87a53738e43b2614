using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Lazcore.Native
{
    /// <summary>Writes parameters and options as JSON. Numbers keep every digit; what has no exact text is refused.</summary>
    internal sealed class JsonWriter
    {
        // Deeper than any API takes, and shallow enough for a list that contains itself.
        private const int MaxDepth = 64;
        private readonly StringBuilder text = new StringBuilder();
        private int depth;
        private bool first = true;

        public override string ToString()
        {
            return text.ToString();
        }

        /// <summary>An object of named values; those that are null are left out.</summary>
        internal static string Object(string place, IEnumerable<KeyValuePair<string, object>> members)
        {
            if (members == null)
            {
                return null;
            }
            var json = new JsonWriter();
            json.Members(place, members);
            return json.ToString();
        }

        /// <summary>The JSON of what a caller gave.</summary>
        internal static string Any(string place, object value)
        {
            var json = new JsonWriter();
            json.Value(place, value);
            return json.ToString();
        }

        /// <summary>A member of the object under way; null is left out.</summary>
        internal void Member(string name, object value)
        {
            if (value == null)
            {
                return;
            }
            Separate();
            Quote(name);
            text.Append(':');
            Value(name, value);
            first = false;
        }

        internal void Begin(char bracket)
        {
            text.Append(bracket);
            first = true;
        }

        internal void End(char bracket)
        {
            text.Append(bracket);
            first = false;
        }

        private void Separate()
        {
            if (!first)
            {
                text.Append(',');
            }
            first = false;
        }

        private void Value(string place, object value)
        {
            if (depth == MaxDepth)
            {
                throw new LazcoreInputException(place, "is nested deeper than " + MaxDepth + " levels");
            }
            depth++;
            if (!Scalar(place, value) && !Structure(place, value))
            {
                throw new LazcoreInputException(place, Refusal(value));
            }
            depth--;
        }

        private bool Scalar(string place, object value)
        {
            if (value == null)
            {
                text.Append("null");
            }
            else if (value is string)
            {
                Quote((string)value);
            }
            else if (value is bool)
            {
                text.Append((bool)value ? "true" : "false");
            }
            else if (value is decimal || value is int || value is long || value is short || value is byte
                || value is uint || value is ulong || value is ushort || value is sbyte)
            {
                text.Append(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
            }
            else if (value is DateTimeOffset)
            {
                Quote(Time((DateTimeOffset)value));
            }
            else
            {
                return false;
            }
            return true;
        }

        private bool Structure(string place, object value)
        {
            if (value is ApiObject)
            {
                Begin('{');
                ((ApiObject)value).Write(this);
                End('}');
            }
            else if (value is Record)
            {
                text.Append(((Record)value).RawJson);
            }
            else if (value is IEnumerable<KeyValuePair<string, object>>)
            {
                Members(place, (IEnumerable<KeyValuePair<string, object>>)value);
            }
            else if (value is IDictionary)
            {
                Dictionary(place, (IDictionary)value);
            }
            else if (value is IEnumerable && !(value is byte[]))
            {
                List(place, (IEnumerable)value);
            }
            else
            {
                return false;
            }
            return true;
        }

        private void Members(string place, IEnumerable<KeyValuePair<string, object>> members)
        {
            Begin('{');
            foreach (var member in members)
            {
                Member(member.Key, member.Value);
            }
            End('}');
        }

        private void Dictionary(string place, IDictionary members)
        {
            Begin('{');
            foreach (DictionaryEntry member in members)
            {
                var name = member.Key as string;
                if (name == null)
                {
                    throw new LazcoreInputException(place, "expected texts as keys, got " + member.Key.GetType().Name);
                }
                Member(name, member.Value);
            }
            End('}');
        }

        private void List(string place, IEnumerable elements)
        {
            var index = 0;
            Begin('[');
            foreach (var element in elements)
            {
                Separate();
                Value(place + "[" + index.ToString(CultureInfo.InvariantCulture) + "]", element);
                first = false;
                index++;
            }
            End(']');
        }

        // RFC 3339, with as many digits of the second as are there.
        private static string Time(DateTimeOffset time)
        {
            return time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
        }

        private static string Refusal(object value)
        {
            if (value is double || value is float)
            {
                return "is a " + (value is double ? "double" : "float")
                    + ", which has no exact text for the signature: give a decimal or a string";
            }
            if (value is DateTime)
            {
                return "is a DateTime, which may be of any time zone: give a DateTimeOffset or a string";
            }
            if (value is byte[])
            {
                return "is bytes: add files to an HttpCall with AddFile";
            }
            return "cannot be sent: " + value.GetType().Name
                + "; give a string, decimal, whole number, bool, DateTimeOffset, list or dictionary";
        }

        private void Quote(string value)
        {
            text.Append('"');
            var written = 0;
            for (var at = 0; at < value.Length; at++)
            {
                var letter = value[at];
                if (letter >= ' ' && letter != '"' && letter != '\\')
                {
                    continue;
                }
                text.Append(value, written, at - written);
                if (letter < ' ')
                {
                    text.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append('\\').Append(letter);
                }
                written = at + 1;
            }
            text.Append(value, written, value.Length - written).Append('"');
        }
    }
}
