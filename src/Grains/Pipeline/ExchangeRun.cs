using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using Confirmation = ExchangeCluster.Domain.ProofOfPossession.Confirmation;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>One request: what was asked, and what outlives an attempt that is made again under newer state.</summary>
internal sealed class ExchangeRun(
    ClientCredentials? credentials, SensitiveText? proof, ClientCertificate? certificate, TokenRequest request)
    : ClientRun(credentials)
{
    public TokenRequest Request { get; } = request;

    /// <summary>The DPoP proof; null when the request had none.</summary>
    public SensitiveText? Proof { get; } = proof;

    /// <summary>The certificate of the TLS connection; null without.</summary>
    public ClientCertificate? Certificate { get; } = certificate;

    /// <summary>Whether its credentials, its key or its connection must be proved with each request, so that its text alone says too little.</summary>
    public bool ProvesAnew => Credentials is not ClientCredentials.Secret || Proof is not null || Certificate is not null;

    /// <summary>Thumbprint of the certificate while that is valid; null without.</summary>
    public string? CertificateThumbprint { get; set; }

    /// <summary>The proof that this request has spent; deciding again doesn't spend it again.</summary>
    public DpopProofId? SpentProof { get; set; }

    /// <summary>The key that the proof proved; null without one.</summary>
    public Confirmation? Confirmation { get; set; }

    /// <summary>True once the presented authorization grant is spent for this request.</summary>
    public bool GrantSpent { get; set; }

    /// <summary>The refresh token that this request presented; null before, and for any other request.</summary>
    public FoundRefreshToken? Found { get; set; }

    /// <summary>For the subject token.</summary>
    public bool IssuerKeysRefreshed { get; set; }

    /// <summary>For the actor token.</summary>
    public bool ActorKeysRefreshed { get; set; }

    /// <summary>Name of the authenticated client, for the log; null before.</summary>
    public string? Client { get; set; }
}

/// <summary>
/// What one step came to: its value, or the refusal that ends the exchange, or neither: then newer state has arrived
/// and the exchange is decided again from the first step.
/// </summary>
internal readonly record struct Step<T>(T? Value, Refusal? Refusal)
    where T : class
{
    public static Step<T> Again => default;

    public static implicit operator Step<T>(T value) => new(value, null);

    public static implicit operator Step<T>(Refusal refusal) => new(null, refusal);
}
