using System.Text;
using BenchmarkDotNet.Attributes;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ExchangeCluster.Benchmarks;

/// <summary>A whole token, against the library's token writer signing a finished payload of the same length.</summary>
[MemoryDiagnoser]
public class MintBenchmarks
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };
    private static readonly Dictionary<string, object> AccessTokenType = new() { ["typ"] = "at+jwt" };

    private Decision.Granted granted;
    private SigningKey key = null!;
    private string payload = null!;

    [Params("ES256", "RS256")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        granted = Sample.Granted(Algorithm);
        key = Sample.Ring.SigningKeyFor(Algorithm, Sample.Now);
        var token = Mint().Token.Reveal();
        payload = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
    }

    [Benchmark]
    public IssuedToken Mint() => TokenMinter.Mint(granted, Sample.Command, Sample.Ring, Sample.Context, Sample.Now);

    [Benchmark(Baseline = true)]
    public string LibraryWriterWithoutClaimsAndLineage() => Handler.CreateToken(payload, key.Credentials, AccessTokenType);
}
