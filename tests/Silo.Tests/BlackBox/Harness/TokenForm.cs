using System.Net.Http.Headers;
using System.Text;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>The form of one token request, which a test bends as it likes before it is sent.</summary>
public sealed class TokenForm
{
    private static readonly string[] SecretParameters =
    [
        ParameterNames.SubjectToken, ParameterNames.ActorToken, ParameterNames.Assertion, ParameterNames.RefreshToken,
        ParameterNames.ClientSecret, ParameterNames.ClientAssertion,
    ];

    /// <summary>The parameters in the order in which they are sent; a name may occur several times.</summary>
    public List<KeyValuePair<string, string>> Parameters { get; } = [];

    /// <summary>The Authorization header, raw; null for none.</summary>
    public string? Authorization { get; set; }

    /// <summary>Values of the DPoP header (RFC 9449 section 4.1), one line each.</summary>
    public List<string> Proofs { get; } = [];

    /// <summary>Sets a parameter to one value, replacing what was there.</summary>
    public string this[string name]
    {
        set
        {
            Remove(name);
            Add(name, value);
        }
    }

    /// <summary>A form with the grant and the subject token, without a target and without credentials.</summary>
    public static TokenForm Exchange(string subjectToken)
    {
        var form = new TokenForm();
        form.Add(ParameterNames.GrantType, GrantTypes.TokenExchange);
        form.Add(ParameterNames.SubjectToken, subjectToken);
        form.Add(ParameterNames.SubjectTokenType, TokenTypeIdentifiers.AccessToken);
        return form;
    }

    /// <summary>A form with this grant alone.</summary>
    public static TokenForm Of(string grantType)
    {
        var form = new TokenForm();
        form.Add(ParameterNames.GrantType, grantType);
        return form;
    }

    /// <summary>Adds one more occurrence.</summary>
    public void Add(string name, string value) => Parameters.Add(KeyValuePair.Create(name, value));

    public void Remove(string name) => Parameters.RemoveAll(parameter => parameter.Key == name);

    /// <summary><c>client_secret_basic</c> (RFC 6749 section 2.3.1).</summary>
    public void UseBasic(string clientId, string secret) =>
        UseRawBasic($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}");

    /// <summary>Basic credentials as they stand, without form encoding.</summary>
    public void UseRawBasic(string pair) => Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    /// <summary><c>client_secret_post</c>, instead of whatever was there.</summary>
    public void UsePost(string clientId, string secret)
    {
        Authorization = null;
        this[ParameterNames.ClientId] = clientId;
        this[ParameterNames.ClientSecret] = secret;
    }

    /// <summary><c>private_key_jwt</c>, instead of a header.</summary>
    public void UseAssertion(string assertion)
    {
        Authorization = null;
        this[ParameterNames.ClientAssertionType] = ClientAssertionTypes.JwtBearer;
        this[ParameterNames.ClientAssertion] = assertion;
    }

    /// <summary>What must not come back in any answer: tokens and secrets, whole.</summary>
    public IEnumerable<string> Secrets()
    {
        // Shorter values would be found in any text by chance.
        var secrets = Parameters.Where(parameter => SecretParameters.Contains(parameter.Key)).Select(parameter => parameter.Value);
        return (Authorization is null ? secrets : secrets.Append(Authorization[(Authorization.LastIndexOf(' ') + 1)..]))
            .Where(secret => secret.Length >= 8);
    }

    public HttpRequestMessage ToRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token") { Content = new FormUrlEncodedContent(Parameters) };
        if (Authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        }

        foreach (var proof in Proofs)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }
}
