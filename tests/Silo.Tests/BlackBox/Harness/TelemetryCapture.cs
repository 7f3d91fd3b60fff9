using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>
/// Everything the process says about itself besides its log: measurements with their tags, activities with theirs, and
/// the text of every exception, even of one that was caught.
/// </summary>
public sealed class TelemetryCapture : IDisposable
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly MeterListener meters = new();
    private readonly ActivityListener activities;

    public TelemetryCapture()
    {
        meters.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Record(instrument, tags));
        meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Record(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, tags));
        meters.Start();

        activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Record,
        };
        ActivitySource.AddActivityListener(activities);
        AppDomain.CurrentDomain.FirstChanceException += Record;
    }

    /// <summary>One line each, beginning with its kind.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= Record;
        activities.Dispose();
        meters.Dispose();
    }

    private void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        lines.Enqueue($"metric {instrument.Name} {string.Join(' ', tags.ToArray())}");

    private void Record(Activity activity) => lines.Enqueue(
        $"activity {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} "
        + $"{string.Join(' ', activity.Baggage)} {string.Join(' ', activity.Events.SelectMany(each => each.Tags))}");

    private void Record(object? sender, FirstChanceExceptionEventArgs raised) => lines.Enqueue($"exception {raised.Exception}");
}
