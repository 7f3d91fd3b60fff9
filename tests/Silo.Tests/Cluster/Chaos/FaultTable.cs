using System.Globalization;
using System.Text;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>When each fault lasted, what was asked meanwhile, and what of that broke a promise. One fault lasts at a time.</summary>
internal sealed class FaultTable(History history)
{
    private const string Between = "(between faults)";
    private const int ReceiptsOfEach = 4;

    private readonly List<Period> periods = [];

    /// <summary>The fault, from before it begins to when everything should be well again.</summary>
    public async Task DuringAsync(string fault, Func<Task> run)
    {
        var began = TimeProvider.System.GetTimestamp();
        await run();
        periods.Add(new(fault, began, TimeProvider.System.GetTimestamp()));
    }

    /// <summary>Call when all is over. What overlaps two faults counts in both rows.</summary>
    public override string ToString()
    {
        var operations = history.Operations.SelectMany(operation => FaultsAt(operation.Began, operation.Ended).Select(fault => (fault, operation.Kind)))
            .CountBy(pair => pair).ToDictionary();
        var violations = history.Violations().SelectMany(violation => FaultsAt(violation.At, violation.At)).CountBy(fault => fault).ToDictionary();

        var text = new StringBuilder();
        Append(text, "fault", "injected", "reads", "revocations", "spends", "violations");
        foreach (var fault in periods.Select(period => period.Fault).Distinct().Order(StringComparer.Ordinal).Append(Between))
        {
            Append(
                text, fault, periods.Count(period => period.Fault == fault), Count(OperationKind.Read), Count(OperationKind.Revocation),
                Count(OperationKind.Spend), violations.GetValueOrDefault(fault));

            int Count(OperationKind kind) => operations.GetValueOrDefault((fault, kind));
        }

        text.AppendLine().AppendLine("Some revocations that were acknowledged while silos were killed:");
        Append(text, "fault", "epoch", "confirmed", "fenced", "milliseconds");
        foreach (var fault in new[] { Saboteur.Kill, Saboteur.LeaveAlone })
        {
            foreach (var receipt in history.Receipts.Where(receipt => FaultsAt(receipt.Began, receipt.Ended).Contains(fault))
                .OrderByDescending(receipt => receipt.Fenced).ThenBy(receipt => receipt.Epoch).Take(ReceiptsOfEach))
            {
                Append(text, fault, receipt.Epoch, receipt.Confirmed, receipt.Fenced, receipt.Milliseconds);
            }
        }

        return text.ToString();
    }

    private string[] FaultsAt(long began, long ended)
    {
        var faults = periods.Where(period => period.Began <= ended && began <= period.Ended).Select(period => period.Fault).Distinct().ToArray();
        return faults.Length == 0 ? [Between] : faults;
    }

    private static void Append(StringBuilder text, string first, params object[] cells)
    {
        text.Append(CultureInfo.InvariantCulture, $"{first,-22}");
        foreach (var cell in cells)
        {
            text.Append(CultureInfo.InvariantCulture, $"{cell,13}");
        }

        text.AppendLine();
    }

    private sealed record Period(string Fault, long Began, long Ended);
}
