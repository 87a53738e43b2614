using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;

namespace Lazcore.Tests
{
    /// <summary>Runs every public static method of the classes whose names end in Tests. Each is one test.</summary>
    internal static class Runner
    {
        private static int passed;
        private static int failed;

        private static int Main(string[] arguments)
        {
            if (arguments.Length > 0 && arguments[0] == "child")
            {
                return Children.Run(arguments);
            }
            var wanted = arguments.Length > 0 ? arguments[0] : string.Empty;
            var watch = Stopwatch.StartNew();
            foreach (var test in Tests())
            {
                var name = test.DeclaringType.Name + "." + test.Name;
                if (name.Contains(wanted))
                {
                    Case(name, (Action)test.CreateDelegate(typeof(Action)));
                }
            }
            Console.WriteLine("{0} s", watch.ElapsedMilliseconds / 1000);
            Console.WriteLine("csharp: {0} passed, {1} failed", passed, failed);
            return failed == 0 && passed > 0 ? 0 : 1;
        }

        /// <summary>One test of its own, such as a case of a file.</summary>
        internal static void Case(string name, Action body)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                body();
                passed++;
            }
            catch (Exception error)
            {
                failed++;
                Console.WriteLine("FAILED: {0}: {1}", name, error is CheckException ? error.Message : error.ToString());
            }
            if (watch.ElapsedMilliseconds > 5000)
            {
                Console.WriteLine("{0} took {1} ms", name, watch.ElapsedMilliseconds);
            }
        }

        private static IEnumerable<MethodInfo> Tests()
        {
            return typeof(Runner).Assembly.GetTypes()
                .Where(type => type.Name.EndsWith("Tests"))
                .OrderBy(type => type.Name)
                .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
                .Where(method => method.GetParameters().Length == 0 && method.ReturnType == typeof(void));
        }
    }

    internal sealed class CheckException : Exception
    {
        internal CheckException(string message)
            : base(message)
        {
        }
    }

    internal static class Check
    {
        internal static void That(bool holds, string what)
        {
            if (!holds)
            {
                throw new CheckException(what + At());
            }
        }

        internal static void Equal(object actual, object expected)
        {
            if (!Equals(actual, expected))
            {
                throw new CheckException(
                    "got " + Show(actual) + ", expected " + Show(expected) + At());
            }
        }

        internal static void Same<T>(IEnumerable<T> actual, IEnumerable<T> expected)
        {
            Equal(string.Join(",", actual), string.Join(",", expected));
        }

        /// <summary>The exception of exactly this class that the body throws.</summary>
        internal static T Throws<T>(Action body)
            where T : Exception
        {
            try
            {
                body();
            }
            catch (Exception error)
            {
                if (error.GetType() == typeof(T))
                {
                    return (T)error;
                }
                throw new CheckException("threw " + error + ", expected " + typeof(T).Name);
            }
            throw new CheckException("threw nothing, expected " + typeof(T).Name + At());
        }

        // Only the test's own lines.
        private static string At()
        {
            var frames = new StackTrace(2, true).GetFrames().Where(frame => frame.GetFileName() != null
                && !frame.GetFileName().EndsWith("Runner.cs"));
            return string.Concat(frames.Select(
                frame => "\n    " + System.IO.Path.GetFileName(frame.GetFileName()) + ":" + frame.GetFileLineNumber()));
        }

        private static string Show(object value)
        {
            return value == null ? "null" : value + " (" + value.GetType().Name + ")";
        }
    }
}
