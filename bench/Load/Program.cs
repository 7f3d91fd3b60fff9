using ExchangeCluster.Load;
using ExchangeCluster.Load.Servers;

// dotnet run -c Release --project bench/Load -- [--quick] [--rounds N] [--seconds S] [--only name,name] [--no-cluster] [--out file.md]
var options = LoadOptions.Read(args);
Machine.PinDriver();
Published.Build();
await new LoadRun(options).RunAsync();
