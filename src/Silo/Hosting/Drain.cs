namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// The time between the signal to stop and the stop: readiness says no already, everything is still answered, and HTTP/1.1 connections are
/// closed one by one as they are answered, so that none is cut under a request.
/// </summary>
internal sealed class Drain : IHostedLifecycleService, IDisposable
{
    private readonly TimeSpan length;
    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource over = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration stopping;

    public Drain(TimeSpan length, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        (this.length, this.lifetime, this.clock) = (length, lifetime, clock);
        stopping = lifetime.ApplicationStopping.Register(() => _ = RunAsync());
    }

    /// <summary>Cancelled when nobody is waited for any longer.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>Before a request is answered.</summary>
    public void Announce(HttpContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    /// <summary>Comes before anything is stopped.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? ended.Task.WaitAsync(cancellationToken) : Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        stopping.Dispose();
        over.Dispose();
    }

    private async Task RunAsync()
    {
        if (lifetime.ApplicationStarted.IsCancellationRequested)
        {
            await Task.Delay(length, clock);
        }

        // A silo that never answered has nothing to wait for.
        await over.CancelAsync();
        ended.SetResult();
    }
}
