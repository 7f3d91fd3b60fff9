using BenchmarkDotNet.Running;

// All:        dotnet run -c Release --project bench/Benchmarks
// One, fast:  dotnet run -c Release --project bench/Benchmarks -- --job short --filter '*Mint*'
// On a busy machine, where building each benchmark may time out, add --inProcess.
// Compare by ratio and by allocation; times depend on the machine.
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args);
