using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Configuration;

public sealed class SiloSettingsReaderTests : IDisposable
{
    private static readonly string SharedKey = Convert.ToBase64String(new byte[32]);

    private readonly string policyFile = Path.GetTempFileName();

    public void Dispose() => File.Delete(policyFile);

    [Fact]
    public void Accepts_no_settings_at_all_in_development_and_runs_the_demo_on_loopback()
    {
        var settings = SiloSettingsReader.Read(TestConfiguration.Of(), isDevelopment: true);
        Assert.Equal("http://127.0.0.1:5080", Assert.Single(settings.PublicUrls).ToString());
        Assert.Equal("http://127.0.0.1:5081", settings.ManagementUrl.ToString());
        Assert.Equal("http://127.0.0.1:5082", settings.DemoLoginUrl?.ToString());
        Assert.Equal(Path.GetFullPath("data/demo"), settings.DataDirectory);
        Assert.Equal((11111, 30000), (settings.SiloPort, settings.GatewayPort));
    }

    [Fact]
    public void Accepts_a_policy_file_and_then_has_no_demo()
    {
        var settings = SiloSettingsReader.Read(TestConfiguration.Of(("PolicyFile", policyFile)), isDevelopment: true);
        Assert.Null(settings.DemoLoginUrl);
        Assert.Equal(policyFile, settings.PolicyFile);
        Assert.Equal(Path.GetFullPath("data"), settings.DataDirectory);
    }

    [Fact]
    public void Refuses_to_run_without_a_policy_file_outside_development() =>
        AssertMistake("ExchangeCluster:PolicyFile: is missing", Mistakes(isDevelopment: false));

    [Fact]
    public void Refuses_all_mistakes_at_once_each_with_its_key_path()
    {
        var mistakes = Mistakes(
            isDevelopment: false,
            ("PolicyFile", "/no/such/file"), ("SiloPort", "65536"), ("GatewayPort", "x"), ("ManagementUrl", "ftp://a"),
            ("AllowPlainHttp", "yes"), ("Redis", "one,two"), ("KeyEncryptionKey", "c2hvcnQ="), ("DataDirectory", ""), ("DemoLoginUrl", "http://127.0.0.1:1"),
            ("FailedAuthenticationsPerSecond", "0"), ("DrainSeconds", "61"), ("ProbeSeconds", "0"), ("MissedProbes", "11"), ("AliveSeconds", "301"), ("MembershipRefreshSeconds", "1.5"), ("RequestsAtOnce", "0"), ("RequestClientCertificates", "true"));
        string[] expected =
        [
            "PolicyFile", "SiloPort", "GatewayPort", "ManagementUrl", "AllowPlainHttp", "Redis", "KeyEncryptionKey", "DataDirectory", "DemoLoginUrl",
            "FailedAuthenticationsPerSecond", "DrainSeconds", "ProbeSeconds", "MissedProbes", "AliveSeconds", "MembershipRefreshSeconds", "RequestsAtOnce",
            "RequestClientCertificates",
        ];
        Assert.All(expected, name => AssertMistake($"ExchangeCluster:{name}: ", mistakes));
        Assert.Equal(expected.Length, mistakes.Count);
    }

    [Fact]
    public void Refuses_unknown_names_with_the_nearest_known_one() =>
        AssertMistake("ExchangeCluster:PolicFile: there is no such setting; did you mean ExchangeCluster:PolicyFile?", Mistakes(true, ("PolicFile", "x")));

    [Theory]
    [InlineData("not base64, but secret")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void Refuses_a_bad_key_encryption_key_without_printing_it(string key)
    {
        var mistake = Assert.Single(Mistakes(true, ("KeyEncryptionKey", key)));
        Assert.StartsWith("ExchangeCluster:KeyEncryptionKey: ", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain(key, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://+:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://192.0.2.1:5080")]
    public void Conformance_74_Refuses_plain_http_beyond_loopback_until_it_is_acknowledged(string url)
    {
        AssertMistake("urls: listens beyond loopback over plain HTTP", Mistakes(false, ("PolicyFile", policyFile), ("urls", url)));
        SiloSettingsReader.Read(TestConfiguration.Of(("PolicyFile", policyFile), ("urls", url), ("AllowPlainHttp", "true")), isDevelopment: false);
        SiloSettingsReader.Read(TestConfiguration.Of(("PolicyFile", policyFile), ("urls", url.Replace("http", "https", StringComparison.Ordinal))), isDevelopment: false);
    }

    [Fact]
    public void Refuses_the_demo_beyond_loopback_even_when_plain_http_is_acknowledged() =>
        AssertMistake("urls: the demo listens on loopback only", Mistakes(true, ("urls", "http://0.0.0.0:5080"), ("AllowPlainHttp", "true")));

    [Theory]
    [InlineData("192.0.2.1", "SiloAddress: is beyond loopback, where anyone could call any grain: set ExchangeCluster:SiloCertificate")]
    [InlineData("192.0.2.1", "SiloAddress: is beyond loopback, where only a silo of a cluster has business: set ExchangeCluster:Redis.")]
    [InlineData("0.0.0.0", "SiloAddress: takes the one IP address")]
    [InlineData("::", "SiloAddress: takes the one IP address")]
    [InlineData("silo-1", "SiloAddress: takes the one IP address")]
    public void Fault_F26_Refuses_silo_ports_beyond_loopback_without_mutual_tls(string address, string mistake) =>
        AssertMistake("ExchangeCluster:" + mistake, Mistakes(false, ("PolicyFile", policyFile), ("SiloAddress", address)));

    [Fact]
    public void Refuses_half_a_mutual_tls_and_files_that_are_none()
    {
        AssertMistake("ExchangeCluster:SiloAuthority: is missing", Mistakes(true, ("SiloCertificate", policyFile)));
        AssertMistake("ExchangeCluster:SiloCertificate: is missing", Mistakes(true, ("SiloAuthority", policyFile)));
        AssertMistake("ExchangeCluster:SiloCertificate: with ExchangeCluster:SiloAuthority can't be used", Mistakes(true, ("SiloCertificate", policyFile), ("SiloAuthority", policyFile)));
        AssertMistake("ExchangeCluster:SiloCertificate: with ExchangeCluster:SiloAuthority can't be used", Mistakes(true, ("SiloCertificate", "/no/such.pem"), ("SiloAuthority", "/no/such.pem")));
    }

    [Fact]
    public void Refuses_one_port_for_two_listeners()
    {
        AssertMistake("ExchangeCluster:ManagementUrl: port 5080 is also that of urls.", Mistakes(true, ("ManagementUrl", "http://127.0.0.1:5080")));
        AssertMistake("ExchangeCluster:GatewayPort: port 11111 is also that of ExchangeCluster:SiloPort.", Mistakes(true, ("GatewayPort", "11111")));
    }

    [Fact]
    public void Accepts_port_zero_everywhere_as_any_free_port()
    {
        var settings = SiloSettingsReader.Read(
            TestConfiguration.Of(
                ("urls", "http://127.0.0.1:0"), ("ManagementUrl", "http://127.0.0.1:0"), ("DemoLoginUrl", "http://127.0.0.1:0"),
                ("SiloPort", "0"), ("GatewayPort", "0")),
            isDevelopment: true);
        int[] ports = [settings.PublicUrls[0].Port, settings.ManagementUrl.Port, settings.DemoLoginUrl!.Port, settings.SiloPort, settings.GatewayPort];
        Assert.DoesNotContain(0, ports);
    }

    [Fact]
    public void Accepts_a_redis_with_the_key_encryption_key_that_its_silos_share()
    {
        var settings = SiloSettingsReader.Read(
            TestConfiguration.Of(("PolicyFile", policyFile), ("Redis", "127.0.0.1:6379"), ("KeyEncryptionKey", SharedKey)), isDevelopment: false);
        Assert.Equal("127.0.0.1:6379", settings.Redis?.ToString());
        AssertMistake("ExchangeCluster:KeyEncryptionKey: is missing", Mistakes(false, ("PolicyFile", policyFile), ("Redis", "127.0.0.1:6379")));
    }

    [Fact]
    public void Refuses_the_demo_on_a_redis() => AssertMistake(
        "ExchangeCluster:Redis: the demo runs in one process", Mistakes(true, ("Redis", "127.0.0.1:6379"), ("KeyEncryptionKey", SharedKey)));

    private static IReadOnlyCollection<string> Mistakes(bool isDevelopment, params (string Name, string Value)[] settings)
    {
        var refused = Assert.Throws<StartupRefusedException>(() => SiloSettingsReader.Read(TestConfiguration.Of(settings), isDevelopment));
        Assert.Equal(2, refused.ExitCode);
        return refused.Reasons;
    }

    private static void AssertMistake(string start, IReadOnlyCollection<string> mistakes) =>
        Assert.Single(mistakes, mistake => mistake.StartsWith(start, StringComparison.Ordinal));
}
