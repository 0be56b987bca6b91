namespace Gdx.Repository.Tests;

internal static class Checkout
{
    /// <summary>The folder of the checkout.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Gdx.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Gdx.sln is in no directory above the tests.");
        }

        return directory.FullName;
    }
}
