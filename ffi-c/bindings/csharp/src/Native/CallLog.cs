using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading;

namespace Lazcore.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void LogCallback(IntPtr context, IntPtr line);

    /// <summary>Where the lines of a client's calls go, known to the library by a number.</summary>
    /// <remarks>
    /// The library may call until its last job is freed, so it is given what lives as long as the process: one static
    /// callback, and a number that may have gone out of use. The handles of client and jobs hold the entry; with the last
    /// of them it goes.
    /// </remarks>
    internal sealed class CallLog
    {
        private static readonly LogCallback Callback = Hand;
        private static readonly ConcurrentDictionary<int, Action<string>> Sinks =
            new ConcurrentDictionary<int, Action<string>>();

        private static int last;
        private readonly int number;

        internal CallLog(Action<string> sink)
        {
            number = Interlocked.Increment(ref last);
            Sinks[number] = sink;
        }

        ~CallLog()
        {
            Sinks.TryRemove(number, out Action<string> unused);
        }

        internal void Set(ConfigHandle config)
        {
            NativeMethods.laz_config_set_log(config, Callback, new IntPtr(number));
        }

        private static void Hand(IntPtr context, IntPtr line)
        {
            try
            {
                if (Sinks.TryGetValue(context.ToInt32(), out Action<string> sink))
                {
                    sink(Utf8.Text(line));
                }
            }
            catch (Exception)
            {
                // It must not pass through the library's frames, and a log that fails is no reason to fail a call.
            }
        }
    }
}
