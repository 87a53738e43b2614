using System;
using System.Runtime.CompilerServices;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>The native library: which one it is, and whether it fits.</summary>
    public static class LazcoreLibrary
    {
        /// <summary>The number of the binary interface that these classes were written for.</summary>
        public const int ExpectedAbiVersion = 0;

        private static readonly object Gate = new object();
        private static volatile bool fits;

        /// <summary>The library's version, such as "0.1.0".</summary>
        public static string Version
        {
            get
            {
                return With(() => Utf8.Text(NativeMethods.laz_version()));
            }
        }

        /// <summary>The file that was loaded, or null where the system's own search found it.</summary>
        public static string Path
        {
            get
            {
                Require();
                return LibraryLoader.Found;
            }
        }

        /// <summary>Throws unless a library is there that fits. Everything that begins work asks this first.</summary>
        /// <exception cref="LazcoreConfigException">There is none, it is for another processor, or too old.</exception>
        public static void Require()
        {
            if (fits)
            {
                return;
            }
            lock (Gate)
            {
                LibraryLoader.Prepare();
                var found = AbiVersion();
                if (found != ExpectedAbiVersion)
                {
                    throw new LazcoreConfigException(
                        "library", "has binary interface " + found + ", expected " + ExpectedAbiVersion);
                }
                fits = true;
            }
        }

        /// <summary>Calls the library where it may not have been looked for yet.</summary>
        /// <remarks>Mono binds a call when the method around it is compiled: a function given here is only then.</remarks>
        internal static T With<T>(Func<T> call)
        {
            Require();
            return call();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static int AbiVersion()
        {
            try
            {
                return NativeMethods.laz_abi_version();
            }
            catch (DllNotFoundException error)
            {
                throw Unusable("was not found", error);
            }
            catch (BadImageFormatException error)
            {
                throw Unusable("is for another processor; this process has " + (IntPtr.Size * 8) + " bits", error);
            }
            catch (EntryPointNotFoundException error)
            {
                throw Unusable("is not lazcore, or too old", error);
            }
        }

        private static LazcoreConfigException Unusable(string what, Exception error)
        {
            return new LazcoreConfigException(
                "library",
                what + " (" + error.Message + "). Set " + LibraryLoader.Variable
                + " to its file, or put it where it is looked for: " + LibraryLoader.Places);
        }
    }
}
