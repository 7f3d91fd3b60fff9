using System.Globalization;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Load.Workloads;

/// <summary>
/// Everyone outside the silo: two login issuers and six clients that ask for twenty services. All their tokens are signed with
/// ES256 and by the driver.
/// </summary>
internal sealed class Shop
{
    public const string Issuer = "https://sts.shop.example";
    public const int Clients = 5;
    public const int Targets = 20;

    private const string Endpoint = "/oauth/token";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(50);

    private readonly TestIssuer login = new("https://login.shop.example", TestKey.Create(keyId: "login"));
    private readonly TestIssuer support = new("https://support.shop.example", TestKey.Create(keyId: "support"));
    private readonly TestIssuer reporting = new("reporting", TestKey.Create(keyId: "reporting"));
    private readonly TestKey proofKey = TestKey.Create();

    /// <summary>Of the first client.</summary>
    public static string Credentials => HttpRequestBytes.Basic(Client(0), SecretOf(Client(0)));

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string LoginIssuer => login.Issuer;

    public string Policy { get => field ??= PolicyText(); }

    public static string Client(int index) => string.Create(CultureInfo.InvariantCulture, $"web{index}");

    public static string Target(int index) => string.Create(CultureInfo.InvariantCulture, $"api{index}");

    /// <summary>A login of this subject at this client.</summary>
    /// <param name="age">How long ago; an hour: it has expired.</param>
    public string Login(string subject, string client = "web0", TimeSpan age = default, string scope = "a b c d") =>
        login.Token(Now - age, subject, AudienceOf(client), scope, Lifetime);

    /// <summary>A token of the person who acts.</summary>
    public string Actor(string subject) => support.Token(Now, subject, AudienceOf("web0"), scope: "a", Lifetime);

    public string Assertion() => reporting.Assertion(Now, Issuer);

    public string Proof() => TestProof.Of(proofKey, Issuer + Endpoint, Now);

    /// <summary>An exchange.</summary>
    /// <param name="actorToken">Null: nobody acts.</param>
    /// <param name="scope">Null: what the rule gives.</param>
    /// <param name="assertion">Null: the client's secret.</param>
    /// <param name="proof">Null: a bearer token.</param>
    public static byte[] Exchange(
        string subjectToken, string client = "web0", string target = "api0", string? actorToken = null, string? scope = null, string? assertion = null, string? proof = null)
    {
        var form = new List<(string, string)>
        {
            (ParameterNames.GrantType, GrantTypes.TokenExchange),
            (ParameterNames.Audience, target),
            (ParameterNames.SubjectTokenType, TokenTypeIdentifiers.AccessToken),
            (ParameterNames.SubjectToken, subjectToken),
        };
        if (actorToken is not null)
        {
            form.AddRange([(ParameterNames.ActorTokenType, TokenTypeIdentifiers.AccessToken), (ParameterNames.ActorToken, actorToken)]);
        }

        if (scope is not null)
        {
            form.Add((ParameterNames.Scope, scope));
        }

        if (assertion is not null)
        {
            form.AddRange([(ParameterNames.ClientAssertionType, ClientAssertionTypes.JwtBearer), (ParameterNames.ClientAssertion, assertion)]);
        }

        return HttpRequestBytes.Post(Endpoint, assertion is null ? HttpRequestBytes.Basic(client, SecretOf(client)) : null, form, proof);
    }

    /// <summary>For the token of an administrator.</summary>
    public static byte[] AdminExchange(Shop shop) => Exchange(shop.Login("admin", scope: "exchange.admin"), target: Issuer);

    public static string AudienceOf(string service) => $"https://{service}.shop.example";

    private static string SecretOf(string client) => $"secret-of-{client}-0123456789abcdef";

    private string PolicyText()
    {
        var clients = Enumerable.Range(0, Clients).Select(Client).ToList();
        var everyone = string.Join(", ", clients);
        return $$"""
            revision: 1
            issuer: {{Issuer}}
            max_lifetime: 1h
            trusted_issuers:
              - issuer: {{login.Issuer}}
                jwks: {{login.Jwks}}
                audiences: [{{string.Join(", ", clients.Append("reporting").Select(AudienceOf))}}]
                max_lifetime: 1h
              - issuer: {{support.Issuer}}
                jwks: {{support.Jwks}}
                audiences: {{AudienceOf("web0")}}
                max_lifetime: 1h
                subject_prefix: "support:"
            services:
              sts: { domain: shop, audience: {{Issuer}}, scopes: [exchange.admin], accepts: [{ from: web0, scopes: [exchange.admin] }] }
              reporting: { domain: shop, audience: {{AudienceOf("reporting")}}, scopes: [a, b, c, d], credentials: { jwks: {{reporting.Jwks}} } }
            {{string.Concat(clients.Select(client => $$"""
                {{client}}: { domain: shop, audience: {{AudienceOf(client)}}, scopes: [a, b, c, d, exchange.admin], credentials: { secrets: "{{ClientSecretHash.Of(new SensitiveText(SecretOf(client)))}}" } }

              """))}}
            {{string.Concat(Enumerable.Range(0, Targets).Select(Target).Select(target => $$"""
                {{target}}:
                  domain: shop
                  audience: {{AudienceOf(target)}}
                  scopes: [a, b, c, d]
                  accepts:
                    - { from: [{{everyone}}, reporting], scopes: [a, b, c, d] }
                    - { from: [{{everyone}}], scopes: [a, b, c, d], when: { actor: { issuer: {{support.Issuer}} } } }

              """))}}
            """;
    }
}
