using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>A way to a token: where it begins, and every exchange of it, oldest first.</summary>
/// <param name="Root">Where it begins.</param>
/// <param name="Steps">At least one.</param>
/// <param name="Holder">The service that has the last token in hand.</param>
public sealed record Chain(ChainRoot Root, ImmutableArray<ChainStep> Steps, string Holder)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => string.Join("; ", Steps.Select(step => step.ToString()).Prepend(Root.ToString()).Where(text => text.Length != 0));
}

/// <summary>How a chain begins.</summary>
public enum RootKind
{
    /// <summary>A trusted issuer's token for a service that the issuer's <c>audiences</c> name.</summary>
    Login,

    /// <summary>A trusted issuer's token that names the service as a further audience, or as its client.</summary>
    FurtherAudience,

    /// <summary>A trusted issuer's authorization grant (RFC 7523), which is for us.</summary>
    Grant,

    /// <summary>A service's own token (RFC 6749 section 4.4), by the first step.</summary>
    OwnToken,

    /// <summary>A token that the service holds, however it got it.</summary>
    Stolen,
}

/// <param name="Kind">What it is.</param>
/// <param name="Issuer">Who issued it: ourselves for <see cref="RootKind.OwnToken"/> and <see cref="RootKind.Stolen"/>.</param>
/// <param name="Holder">The service that has it.</param>
/// <param name="Scopes">What it must hold, at least.</param>
/// <param name="Claims">Claims that matter, as <c>claim=value</c>.</param>
public sealed record ChainRoot(RootKind Kind, string Issuer, string Holder, ImmutableArray<string> Scopes, ImmutableArray<string> Claims)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => Kind switch
    {
        RootKind.Login => $"{Issuer} gives {Holder} a token{With}",
        RootKind.FurtherAudience => $"{Issuer} gives a token{With} that names {Holder} as a further audience",
        RootKind.Grant => $"{Issuer} gives {Holder} an authorization grant{With}",
        RootKind.Stolen => $"a token of {Holder}{With}",
        _ => "",
    };

    private string With => (Scopes.IsEmpty, Claims.IsEmpty) switch
    {
        (true, true) => "",
        (false, true) => $" with {string.Join(' ', Scopes)}",
        (true, false) => $" with {string.Join(", ", Claims)}",
        _ => $" with {string.Join(' ', Scopes)} and {string.Join(", ", Claims)}",
    };
}

/// <summary>One exchange of a chain.</summary>
/// <param name="Client">Who asks.</param>
/// <param name="Target">For which service.</param>
/// <param name="Rule">The rule that grants it.</param>
/// <param name="Scopes">What is granted, each with the scope that it rests on: the same where it passes, another where it is elevated.</param>
/// <param name="IsDelegated">True when the rule demands an actor token.</param>
/// <param name="IsOwn">True when it is the client's own token, not a subject's.</param>
/// <param name="HandedOn">Services that the token is then handed on to without an exchange (<c>reuse</c>), in this order.</param>
/// <param name="IsEmbedded">True when nobody asked: the token came within the one before.</param>
public sealed record ChainStep(
    string Client, string Target, string Rule, ImmutableArray<GrantedScope> Scopes, bool IsDelegated, bool IsOwn, ImmutableArray<string> HandedOn, bool IsEmbedded)
{
    /// <summary>The other target, where the client asks for one token for both; null: there is none.</summary>
    public string? AlsoFor { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        string[] parts =
        [
            .. PassedOf() is { Length: > 0 } passed ? (string[])[$"passes {string.Join(' ', passed)}"] : [],
            .. Scopes.Where(scope => scope.Held != scope.Scope).Select(scope => $"elevates {scope.Scope} from {scope.Held}"),
        ];
        return $"{Client} -> {Target}" + (AlsoFor is null ? "" : $" and {AlsoFor}")
            + (IsOwn ? " in its own name" : "") + (IsDelegated ? " with an actor" : "") + (IsEmbedded ? " embedded" : "")
            + (parts.Length == 0 ? "" : $" {string.Join(" and ", parts)}")
            + string.Concat(HandedOn.Select(service => $", handed on to {service}"));
    }

    private string[] PassedOf() => [.. Scopes.Where(scope => scope.Held == scope.Scope).Select(scope => scope.Scope)];
}

/// <param name="Scope">What the token holds.</param>
/// <param name="Held">What the presented token held for it.</param>
public sealed record GrantedScope(string Scope, string Held);
