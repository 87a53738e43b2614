using Lazcore.Native;

namespace Lazcore
{
    /// <summary>An object that callers send: the parameters of a call, or what stands in one of them.</summary>
    /// <remarks>Properties that are null are left out.</remarks>
    public abstract class ApiObject
    {
        internal ApiObject()
        {
        }

        internal abstract void Write(JsonWriter json);
    }

    /// <summary>A call of the catalogue with typed parameters, to be given to <see cref="LazcoreClient"/>.</summary>
    public abstract class ApiRequest : ApiObject
    {
        internal ApiRequest()
        {
        }

        /// <summary>The API's name, or its path where two share the name.</summary>
        public abstract string ApiName { get; }

        internal string ParametersJson()
        {
            var json = new JsonWriter();
            json.Begin('{');
            Write(json);
            json.End('}');
            return json.ToString();
        }
    }

    /// <summary>A call that answers one object.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    public abstract class RecordRequest<T> : ApiRequest
        where T : Record
    {
        internal RecordRequest()
        {
        }

        internal abstract T Read(Value value, string pointer);
    }

    /// <summary>A call that answers rows.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    public abstract class RowsRequest<T> : ApiRequest
        where T : Record
    {
        internal RowsRequest()
        {
        }

        /// <summary>Where the rows stand, below the payload.</summary>
        internal abstract string RowsPointer { get; }

        internal abstract T Read(Value value, string pointer);
    }
}
