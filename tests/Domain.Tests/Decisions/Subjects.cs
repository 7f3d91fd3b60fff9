using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Validated tokens and commands for tests of the rules.</summary>
internal static class Subjects
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static ValidatedToken Foreign(
        string audience, string scope, string issuer = "https://login.example", string subject = "alice", string claims = "{}",
        string? clientId = null, int lifetimeSeconds = 3600, ulong handle = 1)
    {
        return new ValidatedToken
        {
            TokenType = TokenTypeIdentifiers.AccessToken,
            Issuer = issuer,
            Subject = subject,
            Audiences = [audience],
            ClientId = clientId,
            Scope = ScopeSet.Of(scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            ExpiresAt = Now.AddSeconds(lifetimeSeconds),
            IssuedAt = Now,
            Handle = new TokenHandle(handle),
            Root = new RootSubject(issuer, subject, null, Now, new TokenHandle(handle)),
            Lineage = null,
            Claims = JsonDocument.Parse(claims).RootElement,
        };
    }

    /// <summary>A service's token in its own name, issued by us.</summary>
    public static ValidatedToken Service(string name, int lifetimeSeconds = 600, ulong handle = 50)
    {
        var root = new RootSubject("https://sts.example", name, null, Now, new TokenHandle(handle));
        return new ValidatedToken
        {
            TokenType = TokenTypeIdentifiers.AccessToken,
            Issuer = root.Issuer,
            Subject = name,
            Audiences = [root.Issuer],
            ClientId = name,
            Scope = ScopeSet.Empty,
            ExpiresAt = Now.AddSeconds(lifetimeSeconds),
            IssuedAt = Now,
            Handle = root.Handle,
            Root = root,
            Lineage = new Lineage
            {
                Root = root,
                Ancestors = [new TokenHandle(handle + 1)],
                Hops = [new Hop(name, name)],
                Elevations = [],
                PolicyRevision = 1,
                RevocationIncarnation = Guid.Empty,
                RevocationEpoch = 0,
            },
            Claims = JsonElement.Parse("{}"),
        };
    }

    /// <summary>The token that a granted command would have become, as its target presents it.</summary>
    public static ValidatedToken After(
        ExchangeCommand command, Decision.Granted granted, ImmutableArray<Hop>? hops = null, ImmutableArray<string>? audiences = null) => new()
        {
            TokenType = TokenTypeIdentifiers.AccessToken,
            Issuer = "https://sts.example",
            Subject = granted.Subject ?? "pseudonym",
            Audiences = audiences ?? granted.Audiences,
            ClientId = command.Client,
            Scope = granted.Scope,
            ExpiresAt = granted.ExpiresAt,
            IssuedAt = Now,
            Handle = new TokenHandle(command.Subject.Handle.Value + 1),
            Root = command.Subject.Root,
            Lineage = new Lineage
            {
                Root = command.Subject.Root,
                Ancestors = [],
                Hops = hops ?? [.. command.Subject.Lineage?.Hops ?? [], .. command.Targets.Select(target => new Hop(command.Client, target))],
                Elevations = granted.Elevations,
                PolicyRevision = 1,
                RevocationIncarnation = Guid.Empty,
                RevocationEpoch = 0,
            },
            Claims = JsonSerializer.SerializeToElement(granted.Claims.ToDictionary(claim => claim.Key, claim => claim.Value)),
        };

    public static ExchangeCommand Command(string client, ValidatedToken subject, string target, string? scope = null, ValidatedToken? actor = null) => new()
    {
        Client = client,
        Subject = subject,
        Actor = actor,
        Targets = [.. target.Split(' ')],
        RequestedScope = scope is null ? null : ScopeSet.Of(scope.Split(' ')),
        RequestedTokenType = TokenTypeIdentifiers.AccessToken,
    };
}
