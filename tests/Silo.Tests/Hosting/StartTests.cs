using System.Net;
using System.Net.Sockets;
using ExchangeCluster.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Hosting;

public sealed class StartTests
{
    private static readonly string[] FreePorts =
    [
        "--urls=http://127.0.0.1:0", "--ExchangeCluster:ManagementUrl=http://127.0.0.1:0", "--ExchangeCluster:SiloPort=0", "--ExchangeCluster:GatewayPort=0",
    ];

    [Fact]
    public async Task Refuses_wrong_settings_with_code_2_and_no_stack_trace()
    {
        var process = await SiloProcess.RunAsync("Production", "--ExchangeCluster:SiloPort=x", "--ExchangeCluster:Rediss=y");
        Assert.Equal((2, ""), (process.ExitCode, process.Output));
        AssertLines(process.Errors, "ExchangeCluster:Rediss: there is no such setting; did you mean ExchangeCluster:Redis?", "ExchangeCluster:SiloPort: ", "ExchangeCluster:PolicyFile: ");
    }

    [Fact]
    public async Task Refuses_a_broken_policy_with_code_2_and_every_mistake()
    {
        var policy = Path.GetTempFileName();
        await File.WriteAllTextAsync(policy, "revision: x\nissuer: https://sts.shop.example\nservises: {}\n", TestContext.Current.CancellationToken);
        var process = await SiloProcess.RunAsync("Production", [.. FreePorts, $"--ExchangeCluster:PolicyFile={policy}"]);
        File.Delete(policy);
        Assert.Equal((2, ""), (process.ExitCode, process.Output));
        Assert.Contains($"{policy}:1:11: ", process.Errors, StringComparison.Ordinal);
        Assert.Contains($"{policy}:3:1: ", process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_ports_in_use_with_code_1_and_no_stack_trace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var silo = await SiloProcess.RunAsync("Development", [.. FreePorts, "--ExchangeCluster:DemoLoginUrl=http://127.0.0.1:0", $"--ExchangeCluster:SiloPort={port}"]);
        Assert.Equal(1, silo.ExitCode);
        AssertLines(silo.Errors, $"ExchangeCluster:SiloPort: port {port} is in use.");

        var http = await SiloProcess.RunAsync("Development", [.. FreePorts, "--ExchangeCluster:DemoLoginUrl=http://127.0.0.1:0", $"--urls=http://127.0.0.1:{port}"]);
        Assert.Equal(1, http.ExitCode);
        Assert.Contains($"Failed to bind to address http://127.0.0.1:{port}: address already in use.", http.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", http.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_another_key_encryption_key_with_code_1_and_never_prints_it()
    {
        await using var silo = await SiloFixture.StartAsync(SmallPolicy.Text, TestContext.Current.CancellationToken);
        await silo.StopAsync();
        var key = Convert.ToBase64String(new byte[32]);
        var process = await SiloProcess.RunAsync(
            "Production",
            [.. FreePorts, $"--ExchangeCluster:PolicyFile={silo.PolicyFile}", $"--ExchangeCluster:DataDirectory={silo.DataDirectory}", $"--ExchangeCluster:KeyEncryptionKey={key}"]);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("Is ExchangeCluster:KeyEncryptionKey the key", process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(key, process.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_data_directory_that_another_silo_uses()
    {
        await using var silo = await SiloFixture.StartAsync(SmallPolicy.Text, TestContext.Current.CancellationToken);
        var process = await SiloProcess.RunAsync(
            "Production", [.. FreePorts, $"--ExchangeCluster:PolicyFile={silo.PolicyFile}", $"--ExchangeCluster:DataDirectory={silo.DataDirectory}"]);
        Assert.Equal(1, process.ExitCode);
        AssertLines(process.Errors, $"The data directory {silo.DataDirectory} is in use");
    }

    [Fact]
    public async Task Refuses_silo_ports_beyond_loopback()
    {
        var directory = Directory.CreateTempSubdirectory("exchange-cluster-").FullName;
        string[] args = [.. FreePorts, "--environment=Development", "--ExchangeCluster:DemoLoginUrl=http://127.0.0.1:0", $"--ExchangeCluster:DataDirectory={directory}"];
        await using var app = SiloHost.Build(args, ListenEverywhere);
        var refused = await Assert.ThrowsAsync<StartupRefusedException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("loopback only", refused.Message, StringComparison.Ordinal);
        await app.DisposeAsync();
        Directory.Delete(directory, recursive: true);

        static void ListenEverywhere(WebApplicationBuilder builder)
        {
            builder.Logging.ClearProviders();
            builder.Services.PostConfigure<EndpointOptions>(options =>
                options.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, options.GatewayPort));
        }
    }

    private static void AssertLines(string errors, params string[] starts)
    {
        var lines = errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains(" info: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(starts.Length, lines.Length);
        Assert.All(starts.Zip(lines), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }
}
