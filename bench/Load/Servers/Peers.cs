using System.Globalization;
using System.Text.Json;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Workloads;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Load.Servers;

/// <summary>The servers that a silo is compared with. Each but the floor exchanges a token of its own making: the same one, every time.</summary>
internal static class Peers
{
    /// <param name="directory">For its log.</param>
    /// <param name="core">The core to run on; null: any.</param>
    public static ServerProcess StartFloor(string directory, int? core)
    {
        var endpoint = ServerProcess.FreeEndpoint();
        return ServerProcess.Start(["dotnet", Published.Floor], endpoint, directory, core, ("ASPNETCORE_URLS", $"http://{endpoint}"));
    }

    /// <param name="store">With its usual store; else in degraded mode, without any.</param>
    public static ServerProcess StartOpenIddict(string directory, bool store)
    {
        var endpoint = ServerProcess.FreeEndpoint();
        string[] command = ["dotnet", Published.OpenIddict];
        return ServerProcess.Start(
            store ? [.. command, Path.Combine(directory, "openiddict.db")] : command, endpoint, directory, Machine.ServerCore, ("ASPNETCORE_URLS", $"http://{endpoint}"));
    }

    /// <summary>Null where there is no Node.js, or the package can't be had.</summary>
    public static ServerProcess? StartNode(string directory)
    {
        if (!Machine.Has("node") || !Machine.Has("npm"))
        {
            return null;
        }

        if (!Directory.Exists(Path.Combine(Published.NodePeer, "node_modules")))
        {
            Machine.Run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", Published.NodePeer);
        }

        if (!Directory.Exists(Path.Combine(Published.NodePeer, "node_modules", "oidc-provider")))
        {
            return null;
        }

        var endpoint = ServerProcess.FreeEndpoint();
        return ServerProcess.Start(
            ["node", Path.Combine(Published.NodePeer, "server.js"), endpoint.Port.ToString(CultureInfo.InvariantCulture)], endpoint, directory, Machine.ServerCore);
    }

    /// <summary>The same exchange over and over, of a token that the server issued to start with.</summary>
    public static Workload Exchange(string name, ServerProcess server)
    {
        server.WaitUntilListening();
        using var driver = new Driver([server.Endpoint], 1);
        var (status, text) = driver.Ask(HttpRequestBytes.Post(
            "/oauth/token", Shop.Credentials, [(ParameterNames.GrantType, GrantTypes.ClientCredentials), (ParameterNames.Scope, "a b c d")]));
        if (status != 200)
        {
            throw new InvalidOperationException($"{name} issued no token: {text}");
        }

        var request = Shop.Exchange(TokenIn(text));
        return new Workload(name, _ => request, repeats: true);
    }

    /// <summary>The access token of a token response.</summary>
    public static string TokenIn(string response)
    {
        var (start, end) = (response.IndexOf('{', StringComparison.Ordinal), response.LastIndexOf('}'));
        using var answer = JsonDocument.Parse(response[start..(end + 1)]);
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }
}
