using System;
using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Lazcore.Native
{
    /// <summary>Finds the native library of this process's system and word size before the first call.</summary>
    /// <remarks>
    /// .NET Framework and Mono know no folders per platform, so the right file is loaded here by its full path; the
    /// system then gives the loaded one to whoever asks for its name. .NET Core and later look in runtimes/ by
    /// themselves and only need help where the files lie elsewhere. Where nothing is found, the system's own search
    /// remains: PATH, LD_LIBRARY_PATH, ldconfig, Lazcore.dll.config.
    /// </remarks>
    internal static class LibraryLoader
    {
        /// <summary>The environment variable that names a library file, in place of every search.</summary>
        internal const string Variable = "LAZCORE_LIBRARY";

        private const int Now = 2;
        private const uint SearchBesideTheFile = 8;
        private static readonly List<string> Tried = new List<string>();
        private static IntPtr loaded;

        /// <summary>For one thread at a time. Never throws: what went wrong is told by the first call.</summary>
        internal static void Prepare()
        {
            Tried.Clear();
            try
            {
                foreach (var path in Candidates())
                {
                    Tried.Add(path);
                    if (File.Exists(path) && (loaded = Load(path)) != IntPtr.Zero)
                    {
                        Found = path;
                        Offer();
                        return;
                    }
                }
            }
            catch (Exception error) when (!(error is OutOfMemoryException))
            {
                Tried.Add(error.Message);
            }
        }

        /// <summary>The file that was loaded, or null where the system's own search decides.</summary>
        internal static string Found { get; private set; }

        /// <summary>Where it was looked for, for a message.</summary>
        internal static string Places
        {
            get { return string.Join(", ", Tried.ToArray()); }
        }

        private static bool IsWindows
        {
            get { return Path.DirectorySeparatorChar == '\\'; }
        }

        private static IEnumerable<string> Candidates()
        {
            var named = Environment.GetEnvironmentVariable(Variable);
            if (!string.IsNullOrEmpty(named))
            {
                yield return Path.GetFullPath(named);
                yield break;
            }
            foreach (var folder in Folders())
            {
                foreach (var file in Files())
                {
                    yield return Path.Combine(folder, "runtimes", Platform(), "native", file);
                    yield return Path.Combine(folder, Word(), file);
                    yield return Path.Combine(folder, file);
                }
            }
        }

        // Beside this assembly, and where the program lies: ASP.NET runs copies of assemblies from a cache.
        private static IEnumerable<string> Folders()
        {
            var location = typeof(LibraryLoader).GetTypeInfo().Assembly.Location;
            var own = string.IsNullOrEmpty(location) ? null : Path.GetDirectoryName(location);
            if (!string.IsNullOrEmpty(own))
            {
                yield return own;
            }
            var program = AppDomain.CurrentDomain.BaseDirectory;
            if (!string.IsNullOrEmpty(program) && program.TrimEnd(Path.DirectorySeparatorChar) != own)
            {
                yield return program;
                yield return Path.Combine(program, "bin");
            }
        }

        private static string[] Files()
        {
            if (IsWindows)
            {
                return new[] { "lazcore.dll" };
            }
            return IsMac() ? new[] { "liblazcore.dylib" } : new[] { "liblazcore.so", "liblazcore.so.0" };
        }

        // Mono's own platform test says Unix for both.
        private static bool IsMac()
        {
            return File.Exists("/System/Library/CoreServices/SystemVersion.plist");
        }

        private static string Word()
        {
            if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            {
                return "arm64";
            }
            return IntPtr.Size == 4 ? "x86" : "x64";
        }

        private static string Platform()
        {
            return (IsWindows ? "win-" : IsMac() ? "osx-" : "linux-") + Word();
        }

        private static IntPtr Load(string path)
        {
            // Its own folder is searched for what it needs, whatever the current folder is.
            return IsWindows ? LoadLibraryEx(path, IntPtr.Zero, SearchBesideTheFile) : DlOpen(path);
        }

        private static IntPtr DlOpen(string path)
        {
            try
            {
                return dlopen2(path, Now);
            }
            catch (DllNotFoundException)
            {
                return dlopen(path, Now);
            }
        }

        // .NET Core 3 and later ask for the library by a callback, whose types .NET Standard 2.0 does not know.
        private static void Offer()
        {
            var library = Type.GetType("System.Runtime.InteropServices.NativeLibrary, System.Runtime.InteropServices")
                ?? typeof(object).GetTypeInfo().Assembly.GetType("System.Runtime.InteropServices.NativeLibrary");
            var set = library == null ? null : library.GetTypeInfo().GetDeclaredMethod("SetDllImportResolver");
            if (set == null)
            {
                return;
            }
            var resolver = set.GetParameters()[1].ParameterType;
            var answer = typeof(LibraryLoader).GetTypeInfo().GetDeclaredMethod(nameof(Resolve));
            set.Invoke(null, new object[] { answer.Module.Assembly, answer.CreateDelegate(resolver) });
        }

        private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? search)
        {
            return name == "lazcore" ? loaded : IntPtr.Zero;
        }

        [DllImport("kernel32", CharSet = CharSet.Unicode, ExactSpelling = true, EntryPoint = "LoadLibraryExW")]
        private static extern IntPtr LoadLibraryEx(string path, IntPtr reserved, uint flags);

        [DllImport("libdl.so.2", EntryPoint = "dlopen", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlopen2([MarshalAs(UnmanagedType.LPStr)] string path, int mode);

        [DllImport("libdl", EntryPoint = "dlopen", CallingConvention = CallingConvention.Cdecl)]
        private static extern IntPtr dlopen([MarshalAs(UnmanagedType.LPStr)] string path, int mode);
    }
}
