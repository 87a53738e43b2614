using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Lazcore.Tests
{
    /// <summary>The sources of the imports against the header: what differs would corrupt memory, not fail.</summary>
    public static class DeclarationTests
    {
        private const string Source = "ffi-c/bindings/csharp/src/Native/NativeMethods.cs";
        private const string Import =
            "[DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]";

        private static readonly Dictionary<string, string> Handles = new Dictionary<string, string>
        {
            { "laz_config_t", "ConfigHandle" },
            { "laz_client_t", "ClientHandle" },
            { "laz_cancel_t", "CancelHandle" },
            { "laz_request_t", "RequestHandle" },
            { "laz_token_store_t", "TokenStoreHandle" },
            { "laz_value_t", "ValueHandle" },
            { "laz_job_t", "JobHandle" },
            { "laz_error_t", "ErrorHandle" },
        };

        public static void EveryFunctionIsDeclaredOnceAndCdecl()
        {
            var text = File.ReadAllText(Source);
            var declared = Declared().Keys.OrderBy(name => name, System.StringComparer.Ordinal);
            Check.Same(declared, File.ReadAllLines("include/symbols.txt").Where(line => line.Length > 0));
            var imports = Regex.Matches(text, @"\[DllImport[^\]]*\]").Cast<Match>().Select(match => match.Value).ToList();
            Check.Equal(imports.Count, Declared().Count);
            Check.That(imports.All(import => import == Import), "an import is not " + Import);
        }

        public static void EveryParameterHasTheTypeOfTheHeader()
        {
            var declared = Declared();
            var header = Header();
            Check.Equal(header.Count, declared.Count);
            foreach (var function in header)
            {
                Runner.Case("declaration of " + function.Key, () => Check.Equal(declared[function.Key], function.Value));
            }
        }

        public static void NothingElseCallsTheLibrary()
        {
            var others = Directory.GetFiles("ffi-c/bindings/csharp/src", "*.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadAllText(file).Contains("DllImport(") && !file.EndsWith("NativeMethods.cs"));
            Check.Same(others.Select(Path.GetFileName), new[] { "LibraryLoader.cs" });
        }

        /// <summary>Name -> "result(parameters)" in C#, as it stands in the source.</summary>
        private static Dictionary<string, string> Declared()
        {
            var found = Regex.Matches(
                File.ReadAllText(Source), @"internal static extern (\w+) (laz_\w+)\(([^;]*?)\);", RegexOptions.Singleline);
            return found.Cast<Match>().ToDictionary(
                match => match.Groups[2].Value,
                match => match.Groups[1].Value + "(" + string.Join(", ", Split(match.Groups[3].Value).Select(WithoutName)) + ")");
        }

        /// <summary>Name -> "result(parameters)" in C#, as the header asks for it.</summary>
        private static Dictionary<string, string> Header()
        {
            var text = Regex.Replace(File.ReadAllText("include/lazcore.h"), "//[^\n]*", string.Empty);
            var found = Regex.Matches(
                text, @"^((?:const )?\w+ \*?)(laz_\w+)\(([^;]*?)\);", RegexOptions.Multiline | RegexOptions.Singleline);
            return found.Cast<Match>().ToDictionary(
                match => match.Groups[2].Value,
                match => Result(match.Groups[1].Value.Trim()) + "("
                    + string.Join(", ", Split(match.Groups[3].Value).Select(one => Type(one, match.Groups[2].Value))) + ")");
        }

        private static IEnumerable<string> Split(string parameters)
        {
            return parameters.Split(',').Select(one => Regex.Replace(one, @"\s+", " ").Trim())
                .Where(one => one.Length > 0 && one != "void");
        }

        private static string WithoutName(string parameter)
        {
            return parameter.Substring(0, parameter.LastIndexOf(' '));
        }

        private static string Result(string type)
        {
            switch (type)
            {
                case "int32_t": return "int";
                case "const char *": return "IntPtr";
                case "void": return "void";
                default: return "unknown " + type;
            }
        }

        private static string Type(string parameter, string function)
        {
            var type = Regex.Match(parameter, @"^(const )?(\w+) (\**)\w+$");
            var name = type.Groups[2].Value;
            var stars = type.Groups[3].Value;
            if (stars == "**")
            {
                return "out IntPtr";
            }
            if (Handles.ContainsKey(name))
            {
                return function.EndsWith("_free") ? "IntPtr" : Handles[name];
            }
            switch (name + stars)
            {
                case "laz_log_t": return "LogCallback";
                case "void*": return "IntPtr";
                case "char*": return type.Groups[1].Success ? "byte[]" : "[Out] byte[]";
                case "int32_t": return "int";
                case "int64_t": return "long";
                case "size_t": return "UIntPtr";
                case "int32_t*": return "out int";
                case "int64_t*": return "out long";
                case "size_t*": return "out UIntPtr";
                default: return "unknown " + parameter;
            }
        }
    }
}
