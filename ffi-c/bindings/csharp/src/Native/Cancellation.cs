using System;
using System.Threading;

namespace Lazcore.Native
{
    /// <summary>A cancellation token as the flag that a call takes, for as long as the call lasts.</summary>
    internal sealed class Cancellation : IDisposable
    {
        private readonly CancellationTokenRegistration registration;

        internal Cancellation(CancellationToken token)
        {
            Handle = CancelHandle.None;
            if (token.CanBeCanceled)
            {
                Result.Check(NativeMethods.laz_cancel_new(out IntPtr flag), IntPtr.Zero);
                Handle = new CancelHandle(flag);
                registration = token.Register(Cancel);
            }
        }

        internal CancelHandle Handle { get; }

        public void Dispose()
        {
            // Waits for a Cancel under way, so that the flag is not freed beneath it.
            registration.Dispose();
            if (!Handle.IsInvalid)
            {
                Handle.Dispose();
            }
        }

        private void Cancel()
        {
            NativeMethods.laz_cancel_cancel(Handle);
        }
    }
}
