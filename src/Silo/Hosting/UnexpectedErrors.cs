using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// Turns what nobody foresaw into a generic answer. The log gets the type and the place of the exception but not its
/// message, which could hold a piece of the request.
/// </summary>
internal sealed partial class UnexpectedErrors(ILogger<UnexpectedErrors> logger)
{
    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: nobody is left to answer.
        }
        catch (Exception exception)
        {
            LogUnexpectedError(exception.GetType().FullName, exception.StackTrace);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            await TokenResponseWriter.WriteAsync(context.Response, HttpError.ServerError);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed unexpectedly: {ExceptionType}\n{Stack}")]
    private partial void LogUnexpectedError(string? exceptionType, string? stack);
}
