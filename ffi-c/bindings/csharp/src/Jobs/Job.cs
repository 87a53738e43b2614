using System;
using System.Threading;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>A job of the library: its events one by one, and its cancel.</summary>
    internal sealed class Job : IDisposable
    {
        private readonly JobHandle handle;
        private readonly CancellationTokenRegistration registration;
        private string cursor;

        internal Job(int status, IntPtr job, IntPtr error, ClientHandle client, CancellationToken cancel)
        {
            Result.Check(status, error);
            handle = new JobHandle(job, client.Log);
            registration = cancel.Register(Cancel);
        }

        /// <summary>Waits for the next event; null when the job is over.</summary>
        internal Record Next()
        {
            var status = NativeMethods.laz_job_next(handle, out IntPtr value, out IntPtr error);
            var told = Result.ValueOrNothing(status, value, error);
            if (told == null)
            {
                // A token that outlives the job must not keep it.
                registration.Dispose();
                return null;
            }
            return Event(told);
        }

        /// <summary>How far a pull has come; of a disposed one, how far it had come. Null before the first answer.</summary>
        internal string Cursor
        {
            get
            {
                if (handle.IsClosed)
                {
                    return cursor;
                }
                var status = NativeMethods.laz_job_cursor(handle, out IntPtr value, out IntPtr error);
                using (var told = Result.ValueOrNothing(status, value, error))
                {
                    return told?.Text();
                }
            }
        }

        internal void Cancel()
        {
            try
            {
                NativeMethods.laz_job_cancel(handle);
            }
            catch (ObjectDisposedException)
            {
                // It has ended already.
            }
        }

        public void Dispose()
        {
            if (handle.IsClosed)
            {
                return;
            }
            registration.Dispose();
            try
            {
                cursor = Cursor;
            }
            catch (LazcoreException)
            {
                // Another thread waits for an event: it keeps the job until it has returned.
                Cancel();
            }
            handle.Dispose();
        }

        private static Record Event(Value told)
        {
            switch (told.Text("/event"))
            {
                case "row": return new PulledOrder(told);
                case "bad_row": return new BadRow(told);
                case "outcome": return new Outcome(told);
                case "progress": return new Progress(told);
                case "notice": return new Notice(told);
                case "done": return new JobSummary(told);
                default: return new Record(told, string.Empty);
            }
        }
    }
}
