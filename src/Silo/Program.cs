using ExchangeCluster.Silo.Hosting;

InlineSockets.Prefer();

// A fresh machine needs nothing else: settings, silo, state, policy, and only then the listeners (docs/architecture.md).
try
{
    await (args switch
    {
        [StoreInitialization.Verb, .. var settings] => StoreInitialization.RunAsync(settings),
        [StoreRecovery.Verb, .. var settings] => StoreRecovery.RunAsync(settings),
        [StoreRecovery.AcceptVerb, .. var settings] => StoreRecovery.AcceptAsync(settings),
        _ => SiloHost.RunAsync(args),
    });
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
