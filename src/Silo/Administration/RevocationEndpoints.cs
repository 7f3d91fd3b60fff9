using System.Globalization;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Administration;

/// <summary>
/// <c>/admin/revocations</c> on the management listener: revoke, list, lift; <c>/admin/keys</c>: withdraw. For bearers of an access token of ours with the
/// scope <see cref="RevocationAdministration.Scope"/>.
/// </summary>
internal sealed class RevocationEndpoints(RevocationAdministration administration)
{
    public const string Path = "/admin/revocations";

    /// <summary>Of our own signing keys.</summary>
    public const string KeysPath = "/admin/keys";

    /// <summary>The most entries of one page.</summary>
    public const int MaxLimit = 1000;

    private const int DefaultLimit = 100;

    public async Task PostAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (await AdminRequest.ReadJsonAsync(context) is not { } body)
        {
            return;
        }

        // Who asks comes first: a stranger learns nothing of what a request should look like.
        var (revocation, mistake) = RevocationRequestReader.Read(body);
        var outcome = await administration.RevokeAsync(AdminRequest.BearerOf(request), revocation, context.RequestAborted);
        await WriteAsync(response, mistake is not null && outcome.Refusal is null ? outcome with { Mistake = mistake } : outcome);
    }

    public async Task GetAsync(HttpContext context)
    {
        var isPage = TryReadPage(context.Request.Query, out var before, out var limit);
        using var answer = await administration.ListAsync(
            AdminRequest.BearerOf(context.Request), before, isPage ? limit : 0, context.RequestAborted);
        await (answer switch
        {
            { Refusal: { } refusal } => ManagementResponseWriter.WriteAsync(context.Response, refusal),
            _ when !isPage => ManagementResponseWriter.WriteMistakeAsync(
                context.Response, $"Expected limit from 1 to {MaxLimit} and before, an epoch, and nothing else."),
            { Value: var page } => ManagementResponseWriter.WriteAsync(context.Response, page!, isFull: page!.Count == limit),
        });
    }

    public async Task DeleteAsync(HttpContext context) => await WriteAsync(
        context.Response, await administration.LiftAsync(AdminRequest.BearerOf(context.Request), AdminRequest.NameIn(context), context.RequestAborted));

    public async Task DeleteKeyAsync(HttpContext context) => await WriteAsync(
        context.Response, await administration.WithdrawKeyAsync(AdminRequest.BearerOf(context.Request), AdminRequest.NameIn(context), context.RequestAborted));

    private static Task WriteAsync(HttpResponse response, RevocationOutcome outcome) => outcome switch
    {
        { Refusal: { } refusal } => ManagementResponseWriter.WriteAsync(response, refusal),
        { Mistake: { } mistake } => ManagementResponseWriter.WriteMistakeAsync(response, mistake),
        { Receipt: { } receipt } => ManagementResponseWriter.WriteAsync(response, receipt, outcome.Ids),
        _ => TokenResponseWriter.WriteAsync(response, HttpError.NotFound),
    };

    private static bool TryReadPage(IQueryCollection query, out long before, out int limit)
    {
        (before, limit) = (long.MaxValue, DefaultLimit);
        var known = 0;
        if (query.TryGetValue("before", out var epoch))
        {
            known++;
            if (epoch.Count != 1 || !long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            {
                return false;
            }
        }

        if (query.TryGetValue("limit", out var count))
        {
            known++;
            if (count.Count != 1 || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out limit))
            {
                return false;
            }
        }

        return known == query.Count && limit is > 0 and <= MaxLimit;
    }
}
