using System.Buffers;
using System.Security.Cryptography;
using CsCheck;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using Xunit;
using Confirmation = ExchangeCluster.Domain.ProofOfPossession.Confirmation;

namespace ExchangeCluster.Grains.Tests.Pipeline;

public sealed class NearKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Differs_wherever_header_or_body_differs() => Gen.Select(Header, Body, Header, Body).Sample((header1, body1, header2, body2) =>
        (Of(header1, body1) == Of(header2, body2)) == (header1 == header2 && body1.AsSpan().SequenceEqual(body2)));

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("", "abc", "abc", "")]
    [InlineData(null, "abc", "", "abc")]
    [InlineData("Basic A", "x", "basic A", "x")]
    public void Tells_apart_what_looks_alike_when_joined(string? header1, string body1, string? header2, string body2) =>
        Assert.NotEqual(Of(header1, body1), Of(header2, body2));

    [Fact]
    public void Means_nothing_to_another_process() => Assert.NotEqual(Of("a", [98]), Of("a", [98], secret: new byte[32]));

    [Fact]
    public void Is_the_same_however_the_body_lies_in_memory() =>
        Assert.Equal(Of("a", "bcd"u8.ToArray()), NearKey.Of(Hash(Secret), "a", Segments.Of("b"u8.ToArray(), [], "cd"u8.ToArray())));

    [Fact]
    public void Leaves_nothing_behind_in_the_hash()
    {
        using var hash = Hash(Secret);
        NearKey.Of(hash, "x", new ReadOnlySequence<byte>("y"u8.ToArray()));
        Assert.Equal(Of("a", "b"), NearKey.Of(hash, "a", new ReadOnlySequence<byte>("b"u8.ToArray())));
    }

    /// <summary>Whoever adds a parameter that this knows nothing of sees it here.</summary>
    [Fact]
    public void Of_what_was_proved_differs_wherever_anything_that_decides_differs()
    {
        var key = OfProved(Asked);
        var varied = Variations.ToDictionary(variation => variation.Property, variation => OfProved(variation.Request), StringComparer.Ordinal);
        Assert.Equal(
            typeof(TokenExchangeRequest).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            varied.Keys.Order(StringComparer.Ordinal));

        NearKey[] others =
        [
            .. varied.Values,
            OfProved(Asked, client: "orders"),
            OfProved(Asked, confirmation: Confirmation.OfKey("a")),
            OfProved(Asked, confirmation: Confirmation.OfCertificate("a")),
            OfProved(Asked, certificate: "a"),
        ];
        Assert.Equal(others.Length + 1, others.Append(key).Distinct().Count());
        Assert.Equal(key, OfProved(Asked));
        Assert.NotEqual(key, OfProved(Asked, secret: new HmacKey(new byte[32])));
    }

    [Fact]
    public void Of_what_was_proved_tells_apart_what_looks_alike_when_joined()
    {
        Assert.NotEqual(OfProved(With(audiences: ["a", "b"])), OfProved(With(audiences: ["a"], resources: ["b"])));
        Assert.NotEqual(OfProved(With(audiences: ["ab"])), OfProved(With(audiences: ["a", "b"])));
        Assert.NotEqual(OfProved(With(scope: ScopeSet.Empty)), OfProved(With(scope: null)));
    }

    private static TokenExchangeRequest Asked => With();

    private static IEnumerable<(string Property, TokenExchangeRequest Request)> Variations =>
    [
        (nameof(TokenExchangeRequest.SubjectToken), With(subjectToken: "s2")),
        (nameof(TokenExchangeRequest.SubjectTokenType), With(subjectTokenType: TokenTypeIdentifiers.IdToken)),
        (nameof(TokenExchangeRequest.ActorToken), With(actorToken: "s1")),
        (nameof(TokenExchangeRequest.ActorTokenType), With(actorTokenType: TokenTypeIdentifiers.Jwt)),
        (nameof(TokenExchangeRequest.Audiences), With(audiences: ["b"])),
        (nameof(TokenExchangeRequest.Resources), With(resources: ["https://a"])),
        (nameof(TokenExchangeRequest.Scope), With(scope: ScopeSet.Of(["read"]))),
        (nameof(TokenExchangeRequest.AuthorizationDetails), With(details: AuthorizationDetails.Empty)),
        (nameof(TokenExchangeRequest.RequestedTokenType), With(requestedType: TokenTypeIdentifiers.Jwt)),
    ];

    private static TokenExchangeRequest With(
        string subjectToken = "s1",
        string subjectTokenType = TokenTypeIdentifiers.AccessToken,
        string? actorToken = null,
        string? actorTokenType = null,
        string[]? audiences = null,
        string[]? resources = null,
        ScopeSet? scope = null,
        AuthorizationDetails? details = null,
        string? requestedType = null) => new()
        {
            SubjectToken = new SensitiveText(subjectToken),
            SubjectTokenType = subjectTokenType,
            ActorToken = actorToken is null ? null : new SensitiveText(actorToken),
            ActorTokenType = actorTokenType,
            Audiences = [.. audiences ?? ["a"]],
            Resources = [.. resources ?? []],
            Scope = scope,
            AuthorizationDetails = details,
            RequestedTokenType = requestedType,
        };

    private static NearKey OfProved(
        TokenExchangeRequest request, string client = "web", Confirmation? confirmation = null, string? certificate = null, HmacKey? secret = null) =>
        NearKey.OfProved(
            secret ?? new HmacKey(Secret),
            client,
            new ExchangeRun(null, null, null, new TokenRequest.Exchange(request)) { Confirmation = confirmation, CertificateThumbprint = certificate });

    private static Gen<string?> Header => Gen.OneOf(Gen.Const((string?)null), Gen.String[Gen.Char['a', 'c'], 0, 3].Select(text => (string?)text));

    private static Gen<byte[]> Body => Gen.Byte[97, 99].Array[0, 3];

    private static NearKey Of(string? header, string body) => Of(header, System.Text.Encoding.UTF8.GetBytes(body));

    private static NearKey Of(string? header, byte[] body, byte[]? secret = null)
    {
        using var hash = Hash(secret ?? Secret);
        return NearKey.Of(hash, header, new ReadOnlySequence<byte>(body));
    }

    private static IncrementalHash Hash(byte[] secret) => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

    /// <summary>A body that arrived in pieces.</summary>
    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(params byte[][] pieces)
        {
            var first = new Segments { Memory = pieces[0] };
            var last = first;
            foreach (var piece in pieces.Skip(1))
            {
                var next = new Segments { Memory = piece, RunningIndex = last.RunningIndex + last.Memory.Length };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
