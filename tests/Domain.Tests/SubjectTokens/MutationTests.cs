using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>
/// Hundreds of defects, one at a time, in tokens that are otherwise good. Every variant of the first four tables is signed
/// well: only the strict checks stand between it and acceptance.
/// </summary>
public sealed class MutationTests
{
    private const string Header = """{"alg":"ES256","kid":"es256","typ":"at+jwt"}""";

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "1.5", "1e400", "9223372036854775808", "\"\"", "\" \"", "\"x\"", "\"1795435500\"",
        "\"none\"", "\"*\"", "\"a\\u0000b\"", "\"a\\nb\"", "\"\\ud800\"", "[]", "[null]", "[1]", "[\"\"]", "[\"x\"]", "[[]]", "[{}]", "{}",
        "{\"x\":1,\"x\":1}", "{\"sub\":1}", "{\"act\":\"x\"}", "{\"keys\":[]}", "{\"jkt\":\"x\"}", "{\"\\u0000\":\"\\udfff\"}",
    ];

    /// <summary>Claims that are checked, with the few values of the table that are good.</summary>
    private static readonly Dictionary<string, string[]> Claims = new()
    {
        ["iss"] = [],
        ["sub"] = ["\" \"", "\"x\"", "\"1795435500\"", "\"none\"", "\"*\""],
        ["aud"] = [],
        ["exp"] = [],
        ["iat"] = [],
        ["nbf"] = ["1", "1.5"],
        ["scope"] = ["\"\"", "\" \"", "\"x\"", "\"1795435500\"", "\"none\"", "\"*\""],
        ["client_id"] = Names,
        ["azp"] = Names,
        ["jti"] = Names,
        ["sid"] = Names,
        ["act"] = ["{}", "{\"keys\":[]}", "{\"jkt\":\"x\"}"],
        ["may_act"] = ["{}", "{\"keys\":[]}", "{\"jkt\":\"x\"}", "{\"act\":\"x\"}"],
        ["cnf"] = [],
        ["lineage"] = [],
        ["nonce"] = [],
        ["at_hash"] = [],
        ["c_hash"] = [],
        ["s_hash"] = [],
    };

    private static readonly Dictionary<string, string[]> HeaderMembers = new()
    {
        ["alg"] = [],
        ["kid"] = [],
        ["typ"] = [],
        ["crit"] = [],
        ["jwk"] = [],
        ["jku"] = [],
        ["x5u"] = [],
        ["x5c"] = [],
        ["b64"] = [],
        ["zip"] = [],
        ["enc"] = [],
        ["cty"] = ["\"\"", "\" \"", "\"x\"", "\"1795435500\"", "\"none\"", "\"*\"", "\"a\\u0000b\"", "\"a\\nb\""],
    };

    private static string[] Names =>
        ["\" \"", "\"x\"", "\"1795435500\"", "\"none\"", "\"*\"", "\"a\\u0000b\"", "\"a\\nb\""];

    [Fact]
    public void Refuses_every_malformed_variant_of_a_good_token()
    {
        var variants = ClaimVariants().Concat(HeaderVariants()).Concat(TextVariants(Scene.ClaimsText(), payload => (Header, payload)))
            .Concat(TextVariants(Header, header => (header, Scene.ClaimsText())))
            .Select(variant => Scene.Login.SignRaw(variant.Header, variant.Payload))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(variants.Count >= 1000, $"Only {variants.Count} variants are left.");

        AssertAllRefused(variants);
    }

    [Fact]
    public void Refuses_every_change_of_one_character_of_a_signed_token()
    {
        var token = Scene.Login.SignRaw(Header, Scene.ClaimsText());
        char[] others = ['A', 'z', '-', '=', '.', ' ', '\0', '\uff0e'];
        var variants = Enumerable.Range(0, token.Length)
            .SelectMany(index => others.Select(other => token[..index] + other + token[(index + 1)..])
                .Append(token.Remove(index, 1))
                .Append(token.Insert(index, "=")))
            .Where(variant => variant != token)
            .ToHashSet(StringComparer.Ordinal);

        Scene.Accepts(token);
        AssertAllRefused(variants);
    }

    private static void AssertAllRefused(IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
        {
            foreach (var type in new[] { TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt })
            {
                var outcome = Scene.Validate(token, type);
                Assert.True(outcome is { Token: null, Refusal: not null }, "Accepted: " + Show(token));
            }
        }
    }

    private static IEnumerable<(string Header, string Payload)> ClaimVariants() =>
        from claim in Claims
        from value in Values.Except(claim.Value)
        select (Header, WithMember(Scene.ClaimsText(), claim.Key, value));

    private static IEnumerable<(string Header, string Payload)> HeaderVariants() =>
        from member in HeaderMembers
        from value in Values.Except(member.Value)
        select (WithMember(Header, member.Key, value), Scene.ClaimsText());

    private static IEnumerable<(string Header, string Payload)> TextVariants(string json, Func<string, (string, string)> inToken)
    {
        var defects = new List<string>
        {
            "\ufeff" + json, json + "}", json + "]", json + ",", json + "null", json + "\0", json + json, "[" + json + "]", "{" + json + "}",
            json + "//", json + "/**/", json.Replace('"', '\''), json.Replace(':', '='), json.Replace(",", ",,", StringComparison.Ordinal),
            json.Insert(1, ","), json[..^1] + ",}", json[..^1] + ",\"x\"}", json[..^1] + ",\"x\":}", json[..^1] + ",x:1}", json[..^1] + ",1:1}",
            "", " ", "{", "}", "\"" + json + "\"",
        };
        defects.AddRange(Enumerable.Range(0, json.Length).Select(length => json[..length]));

        // Each member once more, spelled plainly, escaped, and before the first.
        foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
        {
            var text = value!.ToJsonString();
            var escaped = $"\\u{(int)name[0]:x4}{name[1..]}";
            defects.Add($"{json[..^1]},\"{name}\":{text}}}");
            defects.Add($"{json[..^1]},\"{escaped}\":{text}}}");
            defects.Add($"{{\"{name}\":null,{json[1..]}");
            defects.Add($"{{\"{escaped}\":{{}},{json[1..]}");
        }

        return defects.Select(inToken);
    }

    /// <summary>As text, because some of the values are no JSON that a serialiser would write.</summary>
    private static string WithMember(string json, string name, string value)
    {
        var members = JsonNode.Parse(json)!.AsObject();
        members.Remove(name);
        var others = string.Concat(members.Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()},"));
        return $"{{{others}\"{name}\":{value}}}";
    }

    private static string Show(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(TestJws.Part(token, 0)) + Encoding.UTF8.GetString(TestJws.Part(token, 1));
        }
        catch (FormatException)
        {
            return token;
        }
    }
}
