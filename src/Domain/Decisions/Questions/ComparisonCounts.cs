using System.Text.Json;
using ExchangeCluster.Domain.Decisions.Explaining;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>What came of many comparisons: how many of each kind, and the first few examples of each. Not thread-safe.</summary>
public sealed class ComparisonCounts
{
    /// <summary>The most examples of each kind.</summary>
    public const int MaxExamples = 20;

    private readonly Dictionary<DecisionDifference, long> counts = [];
    private readonly Dictionary<DecisionDifference, List<Example>> examples = [];

    public long this[DecisionDifference difference] => counts.GetValueOrDefault(difference);

    /// <summary>True when the candidate decided everything as before.</summary>
    public bool IsSame => counts.Keys.All(difference => difference == DecisionDifference.None);

    /// <param name="comparison">What came of it.</param>
    /// <param name="id">Of the request, if known.</param>
    /// <param name="question">What was asked, as JSON without anybody's name.</param>
    public void Add(Comparison comparison, string? id, ReadOnlyMemory<byte> question)
    {
        var difference = comparison.Difference;
        counts[difference] = counts.GetValueOrDefault(difference) + 1;
        if (difference != DecisionDifference.None)
        {
            if (!examples.TryGetValue(difference, out var some))
            {
                examples[difference] = some = [];
            }

            if (some.Count < MaxExamples)
            {
                some.Add(new Example(comparison, id, question));
            }
        }
    }

    /// <summary>Members of an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("same", this[DecisionDifference.None]);
        json.WriteNumber("newly_granted", this[DecisionDifference.Granted]);
        json.WriteNumber("newly_refused", this[DecisionDifference.Refused]);
        json.WriteNumber("changed", this[DecisionDifference.Changed]);
        json.WriteStartArray("examples");
        foreach (var example in examples.OrderBy(entry => entry.Key).SelectMany(entry => entry.Value))
        {
            Write(json, example);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Example example)
    {
        json.WriteStartObject();
        json.WriteString("difference", example.Comparison.Difference switch
        {
            DecisionDifference.Granted => "newly_granted",
            DecisionDifference.Refused => "newly_refused",
            _ => "changed",
        });
        if (example.Id is { } id)
        {
            json.WriteString("request", id);
        }

        json.WritePropertyName("question");
        json.WriteRawValue(example.Question.Span);
        json.WriteStartObject("live");
        DecisionWriter.Write(json, example.Comparison.Live);
        json.WriteEndObject();
        json.WriteStartObject("candidate");
        DecisionWriter.Write(json, example.Comparison.Candidate);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private sealed record Example(Comparison Comparison, string? Id, ReadOnlyMemory<byte> Question);
}
