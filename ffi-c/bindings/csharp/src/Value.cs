using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>What stands at a place of a value.</summary>
    public enum ValueType
    {
        /// <summary>Nothing.</summary>
        Absent = 0,

        /// <summary>null.</summary>
        Null = 1,

        /// <summary>true or false.</summary>
        Flag = 2,

        /// <summary>A number.</summary>
        Number = 3,

        /// <summary>A text.</summary>
        Text = 4,

        /// <summary>A list.</summary>
        List = 5,

        /// <summary>An object.</summary>
        Object = 6,
    }

    /// <summary>An answer, an event of a job or a text, read in place: no number passes through a double.</summary>
    /// <remarks>
    /// Places are JSON pointers (RFC 6901) below the payload, such as "/orders/0/order_id"; "" is the payload itself.
    /// What is absent, null or blank reads as null; what is something else than asked for throws a
    /// <see cref="LazcoreDecodeException"/> that names the place. Any number of threads may read one value.
    /// Dispose it when it is done with, or leave that to the garbage collector.
    /// </remarks>
    public sealed class Value : IDisposable
    {
        private delegate int Accessor<T>(ValueHandle handle, byte[] pointer, out T result);

        private static readonly Accessor<IntPtr> TextAt = NativeMethods.laz_value_text;
        private static readonly Accessor<IntPtr> DecimalAt = NativeMethods.laz_value_decimal;
        private static readonly Accessor<IntPtr> RawJsonAt = NativeMethods.laz_value_raw_json;
        private static readonly Accessor<IntPtr> ChildAt = NativeMethods.laz_value_child;
        private static readonly Accessor<long> Int64At = NativeMethods.laz_value_int64;
        private static readonly Accessor<long> TimeAt = NativeMethods.laz_value_time_ms;
        private static readonly Accessor<long> CountAt = NativeMethods.laz_value_count;
        private static readonly Accessor<int> FlagAt = NativeMethods.laz_value_flag;
        private static readonly Accessor<int> TypeAt = NativeMethods.laz_value_type;
        private readonly ValueHandle handle;

        internal Value(IntPtr owned)
        {
            handle = new ValueHandle(owned);
        }

        /// <summary>The payload as normalized JSON.</summary>
        /// <remarks>Ids and amounts as text, times as RFC 3339, real booleans, unknown fields as they came.</remarks>
        public string Json
        {
            get { return Borrow(NativeMethods.laz_value_json); }
        }

        /// <summary>The bytes of an answer as they came, or of a prepared request as they are to be sent.</summary>
        public byte[] Body
        {
            get
            {
                lock (handle)
                {
                    var start = NativeMethods.laz_value_body(handle, out UIntPtr length);
                    var bytes = new byte[checked((int)length)];
                    if (bytes.Length > 0)
                    {
                        Marshal.Copy(start, bytes, 0, bytes.Length);
                    }
                    return bytes;
                }
            }
        }

        /// <summary>The body as text.</summary>
        public string BodyText
        {
            get
            {
                lock (handle)
                {
                    var start = NativeMethods.laz_value_body(handle, out UIntPtr length);
                    return Utf8.Text(start, (long)length);
                }
            }
        }

        /// <summary>The gateway's id of the call, or null.</summary>
        public string RequestId
        {
            get { return Borrow(NativeMethods.laz_value_request_id); }
        }

        /// <summary>What to quote when something has to be proved later; null where no single call brought the value.</summary>
        public Evidence Evidence
        {
            get
            {
                var json = Borrow(NativeMethods.laz_value_evidence_json);
                return json == null ? null : new Evidence(Parse(json), string.Empty);
            }
        }

        /// <summary>The rows of a batch that failed although the call succeeded; empty when none did.</summary>
        public IReadOnlyList<FailedRow> FailedRows
        {
            get
            {
                var json = Borrow(NativeMethods.laz_value_failed_rows_json);
                if (json == null)
                {
                    return new FailedRow[0];
                }
                return Parse(json).Records(string.Empty, (value, pointer) => new FailedRow(value, pointer));
            }
        }

        /// <summary>Reads a JSON text.</summary>
        /// <exception cref="LazcoreInputException">It is none.</exception>
        public static Value Parse(string json)
        {
            return LazcoreLibrary.With(() =>
            {
                var status = NativeMethods.laz_value_parse(
                    Utf8.Bytes("json", json), out IntPtr value, out IntPtr error);
                return Result.Value(status, value, error);
            });
        }

        /// <summary>The text, number or truth value at a place, exactly as it came.</summary>
        public string Text(string pointer = "")
        {
            return At(TextAt, pointer, "a text", Utf8.Text);
        }

        /// <summary>The whole number at a place.</summary>
        public long? Int64(string pointer = "")
        {
            return At(Int64At, pointer, "a whole number", (long number) => (long?)number);
        }

        /// <summary>The exact amount at a place. <see cref="Text"/> has it with every digit it came with.</summary>
        /// <exception cref="LazcoreDecodeException">It is no amount, or longer than a decimal holds exactly.</exception>
        public decimal? Decimal(string pointer = "")
        {
            var text = At(DecimalAt, pointer, "an amount", Utf8.Text);
            return text == null ? (decimal?)null : Amount.Read(pointer, text);
        }

        /// <summary>The truth value at a place, from any of the platform's spellings.</summary>
        public bool? Flag(string pointer = "")
        {
            return At(FlagAt, pointer, "true or false", (int flag) => (bool?)(flag != 0));
        }

        /// <summary>The time at a place, with the offset it came with.</summary>
        /// <exception cref="LazcoreDecodeException">It is no time, or came without an offset: then it names no instant.</exception>
        public DateTimeOffset? Time(string pointer = "")
        {
            var milliseconds = At(TimeAt, pointer, "a time with an offset", (long time) => (long?)time);
            return milliseconds == null ? (DateTimeOffset?)null : Instant.Read(milliseconds.Value, Text(pointer));
        }

        /// <summary>How many elements the list, or members the object, at a place has; null when nothing stands there.</summary>
        public long? Count(string pointer = "")
        {
            return At(CountAt, pointer, "a list or object", (long count) => (long?)count);
        }

        /// <summary>What stands at a place.</summary>
        public ValueType Type(string pointer = "")
        {
            return (ValueType)(At(TypeAt, pointer, "a place", (int type) => (int?)type) ?? 0);
        }

        /// <summary>The JSON at a place as it came, of objects and lists too.</summary>
        public string RawJson(string pointer = "")
        {
            return At(RawJsonAt, pointer, "JSON", Utf8.Text);
        }

        /// <summary>The names of the members of the object at a place, in the order received.</summary>
        public IReadOnlyList<string> Names(string pointer = "")
        {
            var names = new List<string>();
            Accessor<IntPtr> key = (ValueHandle value, byte[] place, out IntPtr name) =>
                NativeMethods.laz_value_key(value, place, names.Count, out name);
            for (var name = Name(key, pointer); name != null; name = Name(key, pointer))
            {
                names.Add(name);
            }
            return names;
        }

        /// <summary>What stands at a place as a value of its own, which outlives this one; null for nothing.</summary>
        public Value Child(string pointer)
        {
            return At(ChildAt, pointer, "something", (IntPtr child) => new Value(child));
        }

        /// <summary>The object at a place, read field by field; null for nothing.</summary>
        public Record Object(string pointer = "")
        {
            return Type(pointer) == ValueType.Absent || Type(pointer) == ValueType.Null ? null : new Record(this, pointer);
        }

        /// <summary>The objects of the list at a place; empty for nothing.</summary>
        public IReadOnlyList<Record> Objects(string pointer = "")
        {
            return Records(pointer, (value, place) => new Record(value, place));
        }

        /// <summary>The texts of the list at a place; empty for nothing.</summary>
        public IReadOnlyList<string> Texts(string pointer = "")
        {
            var texts = new List<string>();
            for (long index = 0, count = Count(pointer) ?? 0; index < count; index++)
            {
                texts.Add(Text(Element(pointer, index)));
            }
            return texts;
        }

        /// <summary>Frees the value. Twice does no harm; records of it cannot be read any more.</summary>
        public void Dispose()
        {
            // Not while another thread copies a text out of it.
            lock (handle)
            {
                handle.Dispose();
            }
        }

        /// <summary>The normalized JSON.</summary>
        public override string ToString()
        {
            return Json;
        }

        internal static string Element(string pointer, long index)
        {
            return pointer + "/" + index.ToString(CultureInfo.InvariantCulture);
        }

        internal static string Member(string pointer, string name)
        {
            return pointer + "/" + name.Replace("~", "~0").Replace("/", "~1");
        }

        internal IReadOnlyList<T> Records<T>(string pointer, Func<Value, string, T> make)
        {
            var count = Count(pointer) ?? 0;
            var records = new List<T>(checked((int)count));
            for (long index = 0; index < count; index++)
            {
                records.Add(make(this, Element(pointer, index)));
            }
            return records;
        }

        // A value is for one thread at a time, so the lock lasts until the text is copied.
        private TOut At<TIn, TOut>(Accessor<TIn> read, string pointer, string expected, Func<TIn, TOut> convert)
        {
            var place = Utf8.Bytes("pointer", pointer);
            int status;
            lock (handle)
            {
                status = read(handle, place, out TIn found);
                if (status == Result.Ok)
                {
                    return convert(found);
                }
            }
            if (status == Result.Absent)
            {
                return default(TOut);
            }
            if (status == Result.Decode)
            {
                throw new LazcoreDecodeException(pointer, "is not " + expected);
            }
            throw Result.Failure(status, IntPtr.Zero);
        }

        private string Name(Accessor<IntPtr> key, string pointer)
        {
            return At(key, pointer, "an object with names that can be read", Utf8.Text);
        }

        private string Borrow(Func<ValueHandle, IntPtr> read)
        {
            lock (handle)
            {
                return Utf8.Text(read(handle));
            }
        }
    }
}
