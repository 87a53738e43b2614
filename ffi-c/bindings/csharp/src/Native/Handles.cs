using System;
using System.Runtime.InteropServices;

namespace Lazcore.Native
{
    /// <summary>A handle of the library, freed once: by Dispose, or else by the finalizer.</summary>
    /// <remarks>
    /// The marshaller counts a handle as in use for as long as a call lasts, so that a Dispose or a collection
    /// meanwhile frees it only afterwards.
    /// </remarks>
    internal abstract class LazHandle : SafeHandle
    {
        protected LazHandle(IntPtr owned)
            : base(IntPtr.Zero, true)
        {
            SetHandle(owned);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }
    }

    internal sealed class ConfigHandle : LazHandle
    {
        internal ConfigHandle(IntPtr owned)
            : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_config_free(handle);
            return true;
        }
    }

    internal sealed class ClientHandle : LazHandle
    {
        internal ClientHandle(IntPtr owned, CallLog log)
            : base(owned)
        {
            Log = log;
        }

        /// <summary>Kept for as long as calls can be made; null for none.</summary>
        internal CallLog Log { get; }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_client_free(handle);
            return true;
        }
    }

    internal sealed class CancelHandle : LazHandle
    {
        /// <summary>NULL: nobody can cancel. The marshaller refuses a missing object.</summary>
        internal static readonly CancelHandle None = new CancelHandle(IntPtr.Zero);

        internal CancelHandle(IntPtr owned)
            : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_cancel_free(handle);
            return true;
        }
    }

    internal sealed class RequestHandle : LazHandle
    {
        internal RequestHandle(IntPtr owned)
            : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_request_free(handle);
            return true;
        }
    }

    internal sealed class TokenStoreHandle : LazHandle
    {
        internal TokenStoreHandle(IntPtr owned)
            : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_token_store_free(handle);
            return true;
        }
    }

    internal sealed class JobHandle : LazHandle
    {
        internal JobHandle(IntPtr owned, CallLog log)
            : base(owned)
        {
            Log = log;
        }

        /// <summary>Kept for as long as the job lives, also without its client.</summary>
        internal CallLog Log { get; }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_job_free(handle);
            return true;
        }
    }

    internal sealed class ErrorHandle : LazHandle
    {
        internal ErrorHandle(IntPtr owned)
            : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_error_free(handle);
            return true;
        }
    }

    internal sealed class ValueHandle : LazHandle
    {
        // The collector sees a few bytes of a value that holds kilobytes, and would let thousands of them pile up.
        private const long Weight = 8 * 1024;

        internal ValueHandle(IntPtr owned)
            : base(owned)
        {
            if (owned != IntPtr.Zero)
            {
                GC.AddMemoryPressure(Weight);
            }
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.laz_value_free(handle);
            GC.RemoveMemoryPressure(Weight);
            return true;
        }
    }
}
