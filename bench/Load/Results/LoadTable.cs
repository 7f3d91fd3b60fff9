using System.Globalization;
using System.Text;
using ExchangeCluster.Load.Servers;

namespace ExchangeCluster.Load.Results;

/// <summary>The run as Markdown: medians over the rounds.</summary>
internal sealed class LoadTable(LoadOptions options, IReadOnlyList<Subject> subjects, double signUs, double verifyUs)
{
    private readonly double? floorUs = subjects.FirstOrDefault(subject => subject.Name == "floor")?.CpuUs;

    public string Write()
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{Machine.Description}.\n")
            .Append(CultureInfo.InvariantCulture, $"`dotnet run -c Release --project bench/Load -- {options.Text}`: medians of {subjects.FirstOrDefault()?.Samples.Count ?? 0} interleaved rounds; ")
            .Append(CultureInfo.InvariantCulture, $"OpenSSL on the server's core: ES256 sign {signUs:F0} µs, verify {verifyUs:F0} µs.\n\n")
            .Append("| workload | CPU µs/request (min–max) | × floor | peak req/s | allocated B/request | at 50 %: p50 / p99 / p99.9 µs | at 80 %: p50 / p99 / p99.9 µs | refused | RSS MB |\n")
            .Append("|---|---|---|---|---|---|---|---|---|\n");
        foreach (var subject in subjects)
        {
            Append(text, subject);
        }

        return text.ToString();
    }

    private static string Median(IEnumerable<Percentiles> rounds) => string.Create(
        CultureInfo.InvariantCulture,
        $"{rounds.Select(round => round.P50).Median():F0} / {rounds.Select(round => round.P99).Median():F0} / {rounds.Select(round => round.P999).Median():F0}");

    private void Append(StringBuilder text, Subject subject)
    {
        var samples = subject.Samples;
        var allocated = samples.All(sample => sample.AllocatedBytes is not null)
            ? samples.Select(sample => sample.AllocatedBytes!.Value).Median().ToString("F0", CultureInfo.InvariantCulture)
            : "";
        text.Append(CultureInfo.InvariantCulture, $"| {subject.Name} | {subject.CpuUs:F1} ({samples.Min(sample => sample.CpuUs):F1}–{samples.Max(sample => sample.CpuUs):F1}) ")
            .Append(CultureInfo.InvariantCulture, $"| {(floorUs is { } floor ? subject.CpuUs / floor : double.NaN):F2} | {samples.Select(sample => sample.PerSecond).Median():F0} | {allocated} ")
            .Append(CultureInfo.InvariantCulture, $"| {Median(samples.Select(sample => sample.Half))} | {Median(samples.Select(sample => sample.Most))} ")
            .Append(CultureInfo.InvariantCulture, $"| {samples.Select(sample => sample.Errors).Median():P0} | {subject.ResidentBytes / 1e6:F0} |\n");
    }
}
