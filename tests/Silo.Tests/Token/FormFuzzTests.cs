using System.Text;
using CsCheck;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Silo.Token;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Token;

/// <summary>Damaged form bodies: parameters that survive being written and read again, or a refusal; never an exception.</summary>
public sealed class FormFuzzTests
{
    private const int ShortRun = 20_000;

    private static readonly string[] Good =
    [
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=a.b.c&audience=orders&scope=browse+orders.place",
        "resource=https%3A%2F%2Fx.example%2Fa%3Fb%3Dc&resource=https://y.example&client_id=web&client_secret=%C3%A9%E2%82%AC", "", "a=&b&=c&&d=%2B",
    ];

    private static readonly string[] Words =
        ["%", "%0", "%00", "%zz", "%C3", "%ED%A0%80", "%F4%90%80%80", "+", "&", "=", ";", "\0", "\r\n", "\u00e9", "scope=", "&scope=x", "audience=", "subject_token_type="];

    [Fact]
    public async Task Reads_or_refuses_every_damaged_form() =>
        await Mutations.Of([.. Good.Select(Encoding.UTF8.GetBytes)], [.. Words.Select(Encoding.UTF8.GetBytes)]).SampleAsync(
            async body =>
            {
                var (parameters, refusal) = FormParser.Parse([.. body]);
                Assert.True(parameters is null ^ refusal is null);
                if (parameters is null)
                {
                    return;
                }

                Assert.DoesNotContain(parameters, parameter => parameter.Key.Contains('\0', StringComparison.Ordinal) || parameter.Value.Contains('\0', StringComparison.Ordinal));
                var (request, problem) = TokenRequestReader.Read(parameters);
                Assert.True(request is null ^ problem is null);

                // Without the nameless ones, which a writer of forms may drop, and names that are too long once they are escaped.
                var named = parameters.Where(parameter => parameter.Key.Length is > 0 and < FormParser.MaxNameLength / 12).ToList();
                var written = await new FormUrlEncodedContent(named).ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                Assert.Equal(named, FormParser.Parse(written).Parameters);
            },
            iter: ShortRun);
}
