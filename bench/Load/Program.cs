using ExchangeCluster.Load;
using ExchangeCluster.Load.Servers;

// dotnet run -c Release --project bench/Load -- [--quick] [--rounds N] [--seconds S] [--only name,name] [--built] [--out file.md]
var options = LoadOptions.Read(args);
Machine.PinDriver();
try
{
    if (!options.Built)
    {
        Published.Build();
    }

    await new LoadRun(options).RunAsync();
    return 0;
}
catch (Exception e)
{
    // Caught, so that the servers are stopped on the way here.
    Console.Error.WriteLine(e);
    return 1;
}
