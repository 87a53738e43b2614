namespace Lazcore.Tests
{
    internal static class Children
    {
        internal static int Run(string[] arguments)
        {
            return 2;
        }
    }
}
