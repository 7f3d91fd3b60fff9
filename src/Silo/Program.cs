using ExchangeCluster.Silo.Hosting;

// A fresh machine needs nothing else: settings, silo, state, policy, and only then the listeners (docs/architecture.md).
try
{
    if (args is [StoreInitialization.Verb, .. var settings])
    {
        await StoreInitialization.RunAsync(settings);
        return ExitCodes.Success;
    }

    await using var silo = SiloHost.Build(args);
    await SiloHost.RunAsync(silo);
    return ExitCodes.Success;
}
catch (Exception exception) when (StartupFailure.Explain(exception) is { } refused)
{
    foreach (var reason in refused.Reasons)
    {
        await Console.Error.WriteLineAsync(reason);
    }

    return refused.ExitCode;
}
