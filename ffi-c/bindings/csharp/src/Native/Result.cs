using System;

namespace Lazcore.Native
{
    /// <summary>What a call returned: its outputs, or the exception of its error.</summary>
    internal static class Result
    {
        internal const int Ok = 0;
        internal const int Decode = 103;
        internal const int Done = 300;
        internal const int Absent = 301;

        /// <summary>Throws unless the status is success; the error is freed either way.</summary>
        internal static void Check(int status, IntPtr error)
        {
            if (status != Ok)
            {
                throw Failure(status, error);
            }
        }

        /// <summary>The value that a successful call handed over.</summary>
        internal static Value Value(int status, IntPtr value, IntPtr error)
        {
            Check(status, error);
            return new Value(value);
        }

        /// <summary>As Value; null for LAZ_STATUS_ABSENT and LAZ_STATUS_DONE, which are no errors.</summary>
        internal static Value ValueOrNothing(int status, IntPtr value, IntPtr error)
        {
            return status == Absent || status == Done ? null : Value(status, value, error);
        }

        /// <summary>The text that a successful call handed over at the pointer "" of its value.</summary>
        internal static string Text(int status, IntPtr value, IntPtr error)
        {
            using (var text = Value(status, value, error))
            {
                return text.Text();
            }
        }

        internal static LazcoreException Failure(int status, IntPtr error)
        {
            using (var handle = new ErrorHandle(error))
            {
                return LazcoreException.Of(ErrorDetails.Read(status, handle));
            }
        }
    }
}
