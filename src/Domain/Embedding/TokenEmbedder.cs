using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Embedding;

/// <summary>
/// Mints a granted token, and within it those that its target will need next. Each of these is decided as if the target had
/// exchanged the token itself, without a proof, an actor or a request of its own: what that would refuse, and what finds no
/// room, is left to an exchange. Nothing is ever taken over from a presented token.
/// </summary>
public sealed class TokenEmbedder(PolicySnapshot policy, RevocationSnapshot revocations, KeyRing keyRing, MintContext context, DateTimeOffset now)
{
    /// <exception cref="InvalidOperationException">As <see cref="TokenMinter.Mint"/>.</exception>
    public MintedToken Mint(Decision.Granted granted, ExchangeCommand command)
    {
        var token = new EmbeddedToken(new TokenDraft(granted, command, keyRing, context, now), command.Targets[0]);
        if (CanCarry(granted, command))
        {
            Fill(token, policy.Embedding.MaxBytes, policy.Embedding.Depth);
        }

        return new MintedToken
        {
            Token = token.Draft.ToIssued(token.ToMember()),
            Handle = token.Draft.Handle,
            Lineage = token.Draft.Lineage,
            Carried = token.Carried.Count == 0 ? [] : [.. token.Descendants.Select(carried => new CarriedToken(carried.Draft.Handle, carried.Draft.Lineage))],
            FreshUntil = token.FirstEnd,
        };
    }

    /// <summary>
    /// Whoever reads a token reads what it carries: that is for one service, which reads the token itself. A bound token is
    /// worth nothing without its key, and what it carried would be: nobody proves a key here for its reader.
    /// </summary>
    private static bool CanCarry(Decision.Granted granted, ExchangeCommand command) =>
        granted is { Format: TokenFormat.Jwt, Audiences.Length: 1, Reuses.IsEmpty: true, Binding: null }
        && command.RequestedTokenType != TokenTypeIdentifiers.RefreshToken;

    /// <summary>
    /// First its own targets, in the order of the policy, each where there is still room; what is left then goes to the first of
    /// them for what it can carry in turn, then to the second, and so on.
    /// </summary>
    /// <param name="token">The token to fill.</param>
    /// <param name="maxLength">Of its signed text, in characters.</param>
    /// <param name="depth">How many levels it may carry.</param>
    private void Fill(EmbeddedToken token, int maxLength, int depth)
    {
        var targets = policy.Sharing.EmbedsOf(token.Target);
        if (depth == 0 || targets.IsEmpty)
        {
            return;
        }

        var presented = token.Draft.AsPresented();
        foreach (var target in targets)
        {
            if (Decide(token.Target, presented, target) is { } draft)
            {
                token.Add(new EmbeddedToken(draft, target));
                if (token.Length > maxLength)
                {
                    token.RemoveLast();
                }
            }
        }

        foreach (var carried in token.Carried)
        {
            // What is within is encoded once more on its way out, so that it takes more room there: a third more for each level.
            var room = (maxLength - token.Length) * 3 / 4;
            Fill(carried, carried.Length + room, depth - 1);
        }
    }

    /// <summary>Null where the target would not get a token by an exchange, or would get a useless one.</summary>
    private TokenDraft? Decide(string client, ValidatedToken presented, string target)
    {
        var command = new ExchangeCommand
        {
            Client = client,
            Subject = presented,
            Targets = [target],
            RequestedScope = null,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
        if (Decider.Decide(policy, command, now) is not { IsGranted: true, Token: var granted })
        {
            return null;
        }

        // For its target alone: what is handed on is what was exchanged.
        var draft = new TokenDraft(granted with { Reuses = [] }, command, keyRing, context, now);
        return revocations.Check(draft.Lineage, policy.Issuer, draft.Handle, keyRing.Secret) is null ? draft : null;
    }
}
