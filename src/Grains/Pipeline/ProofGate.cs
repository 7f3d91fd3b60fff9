using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Checks the DPoP proof of an authenticated client, if it sent one, and spends it.</summary>
internal sealed class ProofGate(ISpentOnce spentOnce, TimeProvider time)
{
    /// <summary>Namespace of DPoP proofs among the things that may be used once.</summary>
    private const string ProofKind = "dpop-proof";

    /// <summary>
    /// Null, <see cref="ExchangeRun.Confirmation"/> and <see cref="ExchangeRun.CertificateThumbprint"/>, or why the proof is
    /// refused. The key of a certificate was proved in the handshake, so that its validity is all that is left to check.
    /// </summary>
    public async ValueTask<Refusal?> CheckAsync(ExchangeRun run, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        run.CertificateThumbprint = run.Certificate is { } certificate && certificate.IsCurrent(time.GetUtcNow()) ? certificate.Thumbprint : null;
        if (run.Proof is not { } proof)
        {
            return null;
        }

        var policy = snapshot.Policy;
        var request = run.Request switch
        {
            TokenRequest.Exchange exchange => exchange.Request,
            TokenRequest.Batch batch => batch.Items[0],
            _ => null,
        };
        var expected = new DpopExpectation(TokenEndpointUri.Of(policy), request?.SubjectToken.Reveal(), policy.DpopNonceRequired);
        var outcome = DpopProof.Validate(proof.Reveal(), expected, snapshot.KeyRing.Secret, time.GetUtcNow());
        if (outcome is not { Spend: { } spend })
        {
            return outcome.Refusal ?? throw new InvalidOperationException("No proof and no refusal.");
        }

        // After the signature held, so that nobody but the holder of the key can burn its ids.
        if (spend != run.SpentProof)
        {
            if (!await SpendAsync(spend, cancellationToken))
            {
                return new Refusal(RefusalReason.DpopProofInvalid, "The proof was used before.");
            }

            run.SpentProof = spend;
        }

        run.Confirmation = outcome.Confirmation;
        return null;
    }

    private Task<bool> SpendAsync(DpopProofId proof, CancellationToken cancellationToken) => DependencyFailedException.GuardAsync(
        "store",
        () => spentOnce.TrySpendAsync(ProofKind, proof.KeyThumbprint, proof.Jti, proof.Until, cancellationToken),
        cancellationToken);
}
