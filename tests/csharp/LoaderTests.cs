using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml;

namespace Lazcore.Tests
{
    /// <summary>How the native library is found, and what the package says.</summary>
    public static class LoaderTests
    {
        private const string Project = "ffi-c/bindings/csharp/Lazcore.csproj";

        public static void TheVersionIsThatOfTheProject()
        {
            var cargo = File.ReadAllText("Cargo.toml");
            var version = Regex.Match(cargo, @"\[workspace\.package\][^\[]*?^version = ""(.*?)""", RegexOptions.Multiline).Groups[1].Value;
            Check.Equal(LazcoreLibrary.Version, version);
            var project = new XmlDocument();
            project.Load(Project);
            Check.Equal(project.SelectSingleNode("//Version").InnerText, version);
            Check.Equal(project.SelectSingleNode("//TargetFramework").InnerText, "netstandard2.0");
            Check.Equal(project.SelectSingleNode("//LangVersion").InnerText, "7.2");
            var abi = Regex.Match(File.ReadAllText("ffi-c/build.rs"), @"ABI_VERSION: u32 = (\d+);").Groups[1].Value;
            Check.Equal(LazcoreLibrary.ExpectedAbiVersion.ToString(), abi);
        }

        public static void EveryFileThatTheProjectNamesIsThere()
        {
            var project = new XmlDocument();
            project.Load(Project);
            foreach (XmlAttribute include in project.SelectNodes("//None/@Include"))
            {
                // Native files are laid there when a package is made.
                if (!include.Value.Contains("runtimes"))
                {
                    var path = Path.Combine(Path.GetDirectoryName(Project), include.Value.Replace('\\', '/'));
                    Check.That(File.Exists(path), include.Value);
                }
            }
            var targets = new XmlDocument();
            targets.Load("ffi-c/bindings/csharp/build/Lazcore.targets");
        }

        public static void ALibraryInTheFolderOfItsPlatformIsFound()
        {
            foreach (var place in new[] { "runtimes/linux-x64/native/liblazcore.so", "x64/liblazcore.so", "liblazcore.so.0" })
            {
                using (var folder = new Folder())
                {
                    Check.Equal(Asked(folder, "version", place, null), LazcoreLibrary.Version + " " + folder[place]);
                }
            }
        }

        public static void AnyCallMayBeTheFirst()
        {
            using (var folder = new Folder())
            {
                const string Place = "runtimes/linux-x64/native/liblazcore.so";
                foreach (var first in Children.FirstCalls.Keys)
                {
                    Runner.Case("first call: " + first, () => Check.Equal(
                        Asked(folder, first, Place, null), LazcoreLibrary.Version + " " + folder[Place]));
                }
            }
        }

        public static void TheVariableNamesTheFile()
        {
            using (var folder = new Folder())
            {
                const string Place = "other/name.so";
                Check.Equal(Asked(folder, "version", Place, Place), LazcoreLibrary.Version + " " + folder[Place]);
            }
        }

        public static void AMissingLibraryIsToldWithThePlacesTried()
        {
            using (var folder = new Folder())
            {
                var told = Asked(folder, "client", null, null);
                Check.That(told.StartsWith("LazcoreConfigException library: was not found"), told);
                Check.That(told.Contains("LAZCORE_LIBRARY") && told.Contains("runtimes/linux-x64/native"), told);
                told = Asked(folder, "client", null, "nowhere.so");
                Check.That(told.StartsWith("LazcoreConfigException library: was not found") && told.Contains("nowhere.so"), told);
            }
        }

        /// <summary>What a program beside the classes says of the library, without any search path of the system.</summary>
        private static string Asked(Folder folder, string first, string place, string variable)
        {
            var here = Path.GetDirectoryName(typeof(LazcoreClient).Assembly.Location);
            foreach (var file in new[] { "Lazcore.dll", "Lazcore.dll.config", "Lazcore.Tests.exe" })
            {
                File.Copy(Path.Combine(here, file), folder[file], true);
            }
            if (place != null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(folder[place]));
                File.Copy(Path.Combine(here, "native", "liblazcore.so.0"), folder[place], true);
            }
            var start = new ProcessStartInfo("mono", folder["Lazcore.Tests.exe"] + " child library " + first)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            };
            start.EnvironmentVariables["LD_LIBRARY_PATH"] = "";
            start.EnvironmentVariables["LAZCORE_LIBRARY"] = variable == null ? "" : folder[variable];
            using (var program = Process.Start(start))
            {
                var told = program.StandardOutput.ReadToEnd().Trim();
                program.WaitForExit();
                return told;
            }
        }
    }
}
