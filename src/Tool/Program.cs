using ExchangeCluster.Tool;

return await CommandLine.RunAsync(args);
