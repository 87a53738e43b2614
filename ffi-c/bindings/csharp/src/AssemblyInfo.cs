using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Lazcore.Tests")]
