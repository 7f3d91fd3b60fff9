using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

internal static partial class Services
{
    private const int MaxSecrets = 2;

    public static FrozenDictionary<string, Service> Read(
        PolicyConfig config, FrozenDictionary<string, CertificateAuthority> authorities, Mistakes mistakes)
    {
        var services = new Dictionary<string, Service>(StringComparer.Ordinal);
        var identifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, service) in config.Services?.Members ?? [])
        {
            if (!NamePattern().IsMatch(name.Value))
            {
                mistakes.Add(name.At, "this is not a service name, expected 1 to 64 letters, digits, '.', '_' or '-'");
            }

            if (!IsAudience(service.Audience.Value))
            {
                mistakes.Add(service.Audience.At, "the audience is not usable, expected an absolute URI without fragment");
            }

            foreach (var resource in (service.Resources?.Items ?? []).Where(resource => !IsAudience(resource.Value)))
            {
                mistakes.Add(resource.At, "the resource is not usable, expected an absolute URI without fragment");
            }

            foreach (var (identifier, at) in IdentifiersOf(name, service))
            {
                if (!identifiers.TryAdd(identifier, name.Value))
                {
                    mistakes.Add(at, $"'{identifier}' already stands for the service '{identifiers[identifier]}', expected a name or audience of its own");
                }
            }

            if (service.TokenFormat is { Value: TokenFormatNames.AuthorizationGrant })
            {
                IssuerIdentifier.Check(service.Audience, mistakes);
            }

            if (service is { Dpop.Value: "required", CertificateBinding: { Value: "required", At: var both } })
            {
                mistakes.Add(both, "tokens would be bound by DPoP and to a certificate, expected one of the two");
            }

            services[name.Value] = ToModel(name.Value, service, authorities, mistakes);
        }

        return services.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<(string Identifier, Position At)> IdentifiersOf(ConfigText name, ServiceConfig service) =>
        (service.Resources?.Items ?? []).Prepend(service.Audience).Prepend(name).Select(text => (text.Value, text.At));

    /// <summary>What <c>resource</c> may say (RFC 8707 section 2). A path is no URI, though the platform reads it as one.</summary>
    private static bool IsAudience(string text) =>
        text.All(c => char.IsBetween(c, '!', '~') && c != '#') && !text.StartsWith('/') && Uri.TryCreate(text, UriKind.Absolute, out _);

    private static Service ToModel(
        string name, ServiceConfig service, FrozenDictionary<string, CertificateAuthority> authorities, Mistakes mistakes) => new()
        {
            Name = name,
            Domain = service.Domain.Value,
            Audience = service.Audience.Value,
            Resources = [.. (service.Resources?.Items ?? []).Select(resource => resource.Value)],
            Scopes = Scopes.Read(service.Scopes, mistakes),
            AuthorizationDetailsTypes = [.. (service.AuthorizationDetailsTypes?.Items ?? []).Select(type => type.Value).Distinct(StringComparer.Ordinal)],
            Credentials = ReadCredentials(service.Credentials, authorities, mistakes),
            Grants = service.Grants is { Items: var grants }
            ? grants.Aggregate(Grants.None, (all, grant) => all | GrantNames.Parse(grant.Value))
            : Grants.All,
            DpopRequired = service.Dpop?.Value == "required",
            CertificateBindingRequired = service.CertificateBinding?.Value == "required",
            TokenFormat = TokenFormatNames.Parse(service.TokenFormat?.Value),
            SigningAlgorithm = service.SigningAlgorithm?.Value ?? "ES256",
        };

    private static ServiceCredentials ReadCredentials(
        CredentialsConfig? credentials, FrozenDictionary<string, CertificateAuthority> authorities, Mistakes mistakes)
    {
        if (credentials is null)
        {
            return ServiceCredentials.None;
        }

        var secrets = credentials.Secrets?.Items ?? [];
        if (secrets.Length > MaxSecrets)
        {
            mistakes.Add(secrets[MaxSecrets].At, $"this is secret {MaxSecrets + 1}, expected at most {MaxSecrets}");
        }

        var hashes = ImmutableArray.CreateBuilder<ClientSecretHash>(secrets.Length);
        foreach (var secret in secrets)
        {
            if (ClientSecretHash.TryParse(secret.Value, out var hash))
            {
                hashes.Add(hash);
                continue;
            }

            mistakes.Add(secret.At, "this is not the hash of a secret, expected hmac-sha256:<salt>:<hash> (docs/decisions/0005-client-secrets.md)", FindingKinds.SecretInFile.Id);
        }

        return new ServiceCredentials
        {
            SecretHashes = hashes.DrainToImmutable(),
            KeySet = KeySources.Read(credentials.JwksUri, credentials.JwksFile, credentials.Jwks, mistakes),
            Certificate = Certificates.Read(credentials, authorities, mistakes),
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
