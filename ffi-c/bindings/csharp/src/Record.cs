using System;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>An object within a value, read field by field.</summary>
    /// <remarks>
    /// A field is decoded when it is read, so that one odd field is an error of that field alone. Unknown fields are
    /// there under their names. A record keeps its value alive and ends with its Dispose.
    /// </remarks>
    public class Record
    {
        private readonly Value value;
        private readonly string pointer;

        internal Record(Value value, string pointer)
        {
            this.value = value;
            this.pointer = pointer;
        }

        /// <summary>The value that this record is a part of.</summary>
        public Value Value
        {
            get { return value; }
        }

        /// <summary>Where the record stands in its value, as a JSON pointer.</summary>
        public string Pointer
        {
            get { return pointer; }
        }

        /// <summary>The names of its fields, in the order received.</summary>
        public IReadOnlyList<string> Names
        {
            get { return value.Names(pointer); }
        }

        /// <summary>The record as JSON, as it came.</summary>
        public string RawJson
        {
            get { return value.RawJson(pointer); }
        }

        /// <summary>The text, number or truth value of a field, exactly as it came; null for nothing.</summary>
        public string this[string name]
        {
            get { return Text(name); }
        }

        /// <summary>The text, number or truth value of a field, exactly as it came; null for nothing.</summary>
        /// <param name="names">The field's name; where the platform has several for it, the first that is there counts.</param>
        public string Text(params string[] names)
        {
            return value.Text(Place(names));
        }

        /// <summary>The whole number of a field.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public long? Int64(params string[] names)
        {
            return value.Int64(Place(names));
        }

        /// <summary>The exact amount of a field; <see cref="Text"/> has it with every digit it came with.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public decimal? Decimal(params string[] names)
        {
            return value.Decimal(Place(names));
        }

        /// <summary>The truth value of a field.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public bool? Flag(params string[] names)
        {
            return value.Flag(Place(names));
        }

        /// <summary>The time of a field, with the offset it came with.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public DateTimeOffset? Time(params string[] names)
        {
            return value.Time(Place(names));
        }

        /// <summary>The texts of a list; empty for nothing.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public IReadOnlyList<string> Texts(params string[] names)
        {
            return value.Texts(Place(names));
        }

        /// <summary>The object of a field; null for nothing.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public Record Object(params string[] names)
        {
            return Object((found, place) => new Record(found, place), names);
        }

        /// <summary>The objects of a list; empty for nothing.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public IReadOnlyList<Record> Objects(params string[] names)
        {
            return Objects((found, place) => new Record(found, place), names);
        }

        /// <summary>The JSON of a field as it came; null for nothing.</summary>
        /// <param name="names">As in <see cref="Text"/>.</param>
        public string Json(params string[] names)
        {
            return value.RawJson(Place(names));
        }

        /// <summary>The record as JSON.</summary>
        public override string ToString()
        {
            return RawJson;
        }

        /// <summary>An id. In normalized JSON a right one is a text.</summary>
        internal string ReadId(params string[] names)
        {
            var place = Place(names);
            var type = value.Type(place);
            if (type > ValueType.Null && type != ValueType.Text)
            {
                throw new LazcoreDecodeException(place, "is not an id");
            }
            return value.Text(place);
        }

        internal T Object<T>(Func<Value, string, T> make, params string[] names)
            where T : Record
        {
            var place = Place(names);
            var type = value.Type(place);
            return type == ValueType.Absent || type == ValueType.Null ? null : make(value, place);
        }

        internal IReadOnlyList<T> Objects<T>(Func<Value, string, T> make, params string[] names)
            where T : Record
        {
            return value.Records(Place(names), make);
        }

        private string Place(string[] names)
        {
            foreach (var name in names)
            {
                var place = Lazcore.Value.Member(pointer, name);
                if (names.Length == 1 || value.Type(place) > ValueType.Null)
                {
                    return place;
                }
            }
            return Lazcore.Value.Member(pointer, names[0]);
        }
    }
}
