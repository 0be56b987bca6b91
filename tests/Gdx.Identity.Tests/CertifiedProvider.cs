using System.Diagnostics;

namespace Gdx.Identity.Tests;

/// <summary>npm's <c>oidc-provider</c>, which the OpenID Foundation has certified, in a process of node. Installed as its committed lock file says, under <c>artifacts/</c>.</summary>
public sealed class CertifiedProvider : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // The first time npm downloads 41 packages, one of them of 40 MB.
    private readonly Process node;

    private CertifiedProvider(Process node, string issuer) => (this.node, Issuer) = (node, issuer);

    public string Issuer { get; }

    public static async Task<CertifiedProvider> StartAsync(string redirectUri, string secret)
    {
        var folder = await InstallAsync();
        // oidc-provider wants Node.js 22, and Debian 12 has 18: a newer one comes from npm beside it, where npm has one for this machine.
        var runtime = Directory.GetDirectories(Path.Combine(folder, "node_modules"), "node-*").Select(one => Path.Combine(one, "bin", "node")).FirstOrDefault(File.Exists) ?? "node";
        var node = Process.Start(new ProcessStartInfo(runtime, ["provider.mjs", redirectUri, secret]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = node.StandardError.ReadToEndAsync();
        return await node.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } issuer
            ? new(node, issuer)
            : throw new InvalidOperationException("oidc-provider did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        node.StandardInput.Close(); // It ends with it.
        await node.WaitForExitAsync().WaitAsync(Patience);
        node.Dispose();
    }

    private static async Task<string> InstallAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Gdx.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not run inside the checkout.");
        }

        var source = Path.Combine(root.FullName, "tests", "oidc-provider");
        var folder = Directory.CreateDirectory(Path.Combine(root.FullName, "artifacts", "oidc-provider")).FullName;
        // Two test runs at once install one after the other.
        await using var alone = await LockAsync(Path.Combine(folder, "lock"));
        var (wanted, installed) = (await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json")), Path.Combine(folder, "installed"));
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync().WaitAsync(Patience);
            if (npm.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm ci failed: {await errors}{await output}");
            }

            await File.WriteAllTextAsync(installed, wanted);
        }

        return folder;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        FileStream? held = null;
        await TestEnvironment.Eventually.Succeeds(
            () =>
            {
                held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return Task.CompletedTask;
            },
            Patience);
        return held!;
    }
}
