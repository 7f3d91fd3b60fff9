using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// Bound tokens need the proof of their key (RFC 9449 section 5, RFC 8705 section 3), and what is issued for them is bound as
/// well: a rule may let the binding move to a key of the caller's own, no rule lets it go.
/// </summary>
internal static class Binding
{
    /// <summary>Null and what the token is bound to (null: nothing), or why the exchange is refused.</summary>
    public static Refusal? Resolve(PolicySnapshot policy, ExchangeCommand command, AcceptRule[] rules, out Confirmation? binding)
    {
        binding = null;
        var certificate = command.CertificateThumbprint is { } thumbprint ? Confirmation.OfCertificate(thumbprint) : null;
        if (command.Actor is { } actor && Confirmation.Of(actor.Claims) is { } actorsKey && !IsProved(actorsKey))
        {
            return new Refusal(RefusalReason.ActorTokenRefused, "The token is bound to a key that the caller didn't prove.");
        }

        var (needsKey, needsCertificate) = (false, false);
        foreach (var target in command.Targets)
        {
            var service = policy.Services[target];
            needsKey |= service.DpopRequired;
            needsCertificate |= service.CertificateBindingRequired;
        }

        if (needsKey && needsCertificate)
        {
            return new Refusal(RefusalReason.TargetsDoNotCombine, "One target wants a token bound by DPoP, the other one bound to a certificate.");
        }

        // What the caller asks for by a proof, unless the target wants the other one. A certificate asks for nothing: it is
        // there on every request of the connection.
        var wanted = needsCertificate ? certificate : command.Confirmation;
        if (Confirmation.Of(command.Subject.Claims) is { } held)
        {
            var stays = IsProved(held) && (wanted is null || wanted == held);
            binding = stays ? held : wanted ?? certificate;
            if (binding is null || !(stays || rules.All(rule => rule.Rebind)))
            {
                return new Refusal(RefusalReason.SubjectTokenBound, "The token is bound to a key that the caller didn't prove, or that can't be kept.");
            }
        }
        else
        {
            binding = wanted;
        }

        return needsKey && binding is not { IsDpop: true } ? new Refusal(RefusalReason.DpopProofMissing)
            : needsCertificate && binding is not { IsDpop: false } ? new Refusal(RefusalReason.ClientCertificateMissing)
            : null;

        bool IsProved(Confirmation key) => key == certificate || key == command.Confirmation;
    }
}
