using System.Net;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Grains.Hosting;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Stores;
using ExchangeCluster.Silo.Token;
using ExchangeCluster.Transport;

namespace ExchangeCluster.Silo.Configuration;

/// <summary>Reads and validates every setting; all mistakes come at once, each with its key path.</summary>
internal static class SiloSettingsReader
{
    private const string DefaultPublicUrl = "http://127.0.0.1:5080";
    private const string DefaultManagementUrl = "http://127.0.0.1:5081";
    private const string DefaultDemoLoginUrl = "http://127.0.0.1:5082";
    private const string DefaultDataDirectory = "data";
    private const int DefaultAuditFiles = 10;
    private const int MaxAuditFiles = 1000;
    private const int DefaultAuditFileMegabytes = 64;
    private const int MaxAuditFileMegabytes = 4096;
    private const long Megabyte = 1024 * 1024;
    private const int DefaultSiloPort = 11111;
    private const int DefaultGatewayPort = 30000;
    private const int DefaultDrainSecondsInACluster = 2;
    private const int MaxDrainSeconds = 60;
    private const int MaxProbeSeconds = 60;
    private const int MaxMissedProbes = 10;
    private const int MaxMembershipSeconds = 300;

    /// <exception cref="StartupRefusedException">Something is wrong; names every mistake.</exception>
    public static SiloSettings Read(IConfiguration configuration, bool isDevelopment)
    {
        var mistakes = new List<string>();
        var section = new SettingsSection(configuration, mistakes);
        section.RefuseUnknownNames();

        var policyFile = section.Text(SettingNames.PolicyFile);
        var isDemo = policyFile is null && isDevelopment;
        var dataDirectory = Path.GetFullPath(section.Text(SettingNames.DataDirectory) ?? DefaultDataDirectory);
        var settings = new SiloSettings
        {
            PublicUrls = ReadPublicUrls(configuration, section),
            RequestClientCertificates = section.Flag(SettingNames.RequestClientCertificates),
            ManagementUrl = section.Url(SettingNames.ManagementUrl, DefaultManagementUrl),
            PolicyFile = policyFile is null ? null : Path.GetFullPath(policyFile),
            DemoLoginUrl = isDemo ? section.Url(SettingNames.DemoLoginUrl, DefaultDemoLoginUrl) : null,

            // The demo's secrets are public. What it stores must never be found by a silo that serves in earnest.
            DataDirectory = isDemo ? Path.Combine(dataDirectory, "demo") : dataDirectory,
            Redis = ReadRedis(section),
            SiloAddress = ReadSiloAddress(section),
            SiloTls = ReadSiloTls(section),
            SiloPort = section.Port(SettingNames.SiloPort, DefaultSiloPort),
            GatewayPort = section.Port(SettingNames.GatewayPort, DefaultGatewayPort),
            Drain = TimeSpan.FromSeconds(section.Number(
                SettingNames.DrainSeconds, section.Text(SettingNames.Redis) is null ? 0 : DefaultDrainSecondsInACluster, MaxDrainSeconds, min: 0)),
            Membership = ReadMembership(section),
            FailedAuthenticationsPerSecond = section.Number(
                SettingNames.FailedAuthenticationsPerSecond, FailureLimit.DefaultRate, FailureLimit.MaxRate),
            RequestsAtOnce = section.Number(SettingNames.RequestsAtOnce, Admission.DefaultLimit, Admission.MaxLimit),
            AuditFiles = section.Number(SettingNames.AuditFiles, DefaultAuditFiles, MaxAuditFiles),
            AuditFileSize = section.Number(SettingNames.AuditFileMegabytes, DefaultAuditFileMegabytes, MaxAuditFileMegabytes) * Megabyte,
            KeyEncryptionKey = ReadKeyEncryptionKey(section),
        };

        RefuseMissingPolicy(section, settings);
        RefuseStrayDemoLogin(section, isDemo);
        RefuseHalfACluster(section, settings);
        RefusePlainHttp(section, settings, section.Flag(SettingNames.AllowPlainHttp));
        RefuseSharedPorts(section, settings);
        RefuseOpenSiloPorts(section, settings);
        if (settings.RequestClientCertificates && !settings.PublicUrls.Any(url => url.IsHttps))
        {
            section.Mistake(SettingNames.RequestClientCertificates, $"needs https in {SettingNames.PathOf(SettingNames.PublicUrls)}: a client certificate is part of the TLS handshake.");
        }

        return mistakes.Count == 0 ? settings : throw new StartupRefusedException(ExitCodes.WrongSettings, mistakes);
    }

    private static List<ListenUrl> ReadPublicUrls(IConfiguration configuration, SettingsSection section)
    {
        var text = configuration[SettingNames.PublicUrls];
        var urls = (string.IsNullOrWhiteSpace(text) ? DefaultPublicUrl : text)
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. urls.Select(url => section.Url(SettingNames.PublicUrls, url, DefaultPublicUrl))];
    }

    private static RedisAddress? ReadRedis(SettingsSection section)
    {
        try
        {
            return section.Text(SettingNames.Redis) is { } text ? RedisAddress.Parse(text) : null;
        }
        catch (FormatException e)
        {
            section.Mistake(SettingNames.Redis, e.Message);
            return null;
        }
    }

    private static IPAddress ReadSiloAddress(SettingsSection section)
    {
        if (section.Text(SettingNames.SiloAddress) is not { } text)
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
        {
            return address;
        }

        section.Mistake(SettingNames.SiloAddress, "takes the one IP address by which other silos reach this one.");
        return IPAddress.Loopback;
    }

    private static MembershipTiming ReadMembership(SettingsSection section)
    {
        var usual = new MembershipTiming();
        return new MembershipTiming
        {
            Probe = Seconds(SettingNames.ProbeSeconds, usual.Probe, MaxProbeSeconds),
            MissedProbes = section.Number(SettingNames.MissedProbes, usual.MissedProbes, MaxMissedProbes),
            Alive = Seconds(SettingNames.AliveSeconds, usual.Alive, MaxMembershipSeconds),
            Refresh = Seconds(SettingNames.MembershipRefreshSeconds, usual.Refresh, MaxMembershipSeconds),
        };

        TimeSpan Seconds(string name, TimeSpan usual, int max) => TimeSpan.FromSeconds(section.Number(name, (int)usual.TotalSeconds, max));
    }

    private static MutualTls? ReadSiloTls(SettingsSection section)
    {
        var (certificate, authority) = (section.Text(SettingNames.SiloCertificate), section.Text(SettingNames.SiloAuthority));
        if (certificate is null || authority is null)
        {
            if (certificate is not null || authority is not null)
            {
                section.Mistake(
                    certificate is null ? SettingNames.SiloCertificate : SettingNames.SiloAuthority, "is missing: the certificate and its authority go together.");
            }

            return null;
        }

        try
        {
            return MutualTls.FromPemFiles(certificate, authority);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Its text says which file or part, and holds no key.
            section.Mistake(SettingNames.SiloCertificate, $"with {SettingNames.PathOf(SettingNames.SiloAuthority)} can't be used: {e.Message}");
            return null;
        }
    }

    /// <summary>Whoever reaches these ports owns the cluster.</summary>
    private static void RefuseOpenSiloPorts(SettingsSection section, SiloSettings settings)
    {
        if (!IPAddress.IsLoopback(settings.SiloAddress) && settings.SiloTls is null)
        {
            section.Mistake(
                SettingNames.SiloAddress,
                $"is beyond loopback, where anyone could call any grain: set {SettingNames.PathOf(SettingNames.SiloCertificate)} and {SettingNames.PathOf(SettingNames.SiloAuthority)}.");
        }

        if (settings.Redis is null && !IPAddress.IsLoopback(settings.SiloAddress))
        {
            section.Mistake(SettingNames.SiloAddress, $"is beyond loopback, where only a silo of a cluster has business: set {SettingNames.PathOf(SettingNames.Redis)}.");
        }
    }

    private static SensitiveText? ReadKeyEncryptionKey(SettingsSection section)
    {
        if (section.Text(SettingNames.KeyEncryptionKey) is not { } text)
        {
            return null;
        }

        try
        {
            KeyEncryptionKey.FromBase64(text);
        }
        catch (FormatException)
        {
            section.Mistake(SettingNames.KeyEncryptionKey, $"takes {KeyEncryptionKey.Size} random bytes in base64.");
        }

        return new SensitiveText(text);
    }

    private static void RefuseMissingPolicy(SettingsSection section, SiloSettings settings)
    {
        if (settings.PolicyFile is null && settings.DemoLoginUrl is null)
        {
            section.Mistake(SettingNames.PolicyFile, "is missing; only the Development environment has a demo policy.");
        }
        else if (settings.PolicyFile is { } file && !File.Exists(file))
        {
            section.Mistake(SettingNames.PolicyFile, $"there is no file {file}.");
        }
    }

    private static void RefuseStrayDemoLogin(SettingsSection section, bool isDemo)
    {
        if (!isDemo && section.Text(SettingNames.DemoLoginUrl) is not null)
        {
            section.Mistake(SettingNames.DemoLoginUrl, $"belongs to the demo: the Development environment without {SettingNames.PathOf(SettingNames.PolicyFile)}.");
        }
    }

    private static void RefuseHalfACluster(SettingsSection section, SiloSettings settings)
    {
        if (settings.Redis is null)
        {
            return;
        }

        if (settings.KeyEncryptionKey is null)
        {
            section.Mistake(SettingNames.KeyEncryptionKey, $"is missing; with {SettingNames.PathOf(SettingNames.Redis)} all silos have the same one.");
        }

        if (settings.DemoLoginUrl is not null)
        {
            // Its policy takes the place of whatever is published there.
            section.Mistake(SettingNames.Redis, $"the demo runs in one process; set {SettingNames.PathOf(SettingNames.PolicyFile)}.");
        }
    }

    private static void RefusePlainHttp(SettingsSection section, SiloSettings settings, bool allowPlainHttp)
    {
        foreach (var (name, url) in Listeners(settings).Where(listener => !listener.Url.IsLoopback))
        {
            if (settings.DemoLoginUrl is not null)
            {
                section.Mistake(name, $"the demo listens on loopback only: its secrets are public. Set {SettingNames.PathOf(SettingNames.PolicyFile)}.");
            }
            else if (!url.IsHttps && !allowPlainHttp)
            {
                section.Mistake(name, $"listens beyond loopback over plain HTTP, which shows secrets and tokens to the network. Use https, or acknowledge it with {SettingNames.PathOf(SettingNames.AllowPlainHttp)}=true.");
            }
        }
    }

    private static void RefuseSharedPorts(SettingsSection section, SiloSettings settings)
    {
        var ports = Listeners(settings).Select(listener => (listener.Name, listener.Url.Port))
            .Append((Name: SettingNames.SiloPort, Port: settings.SiloPort))
            .Append((Name: SettingNames.GatewayPort, Port: settings.GatewayPort));
        foreach (var shared in ports.GroupBy(port => port.Port).Where(group => group.Select(port => port.Name).Distinct().Count() > 1))
        {
            section.Mistake(shared.Last().Name, $"port {shared.Key} is also that of {SettingNames.PathOf(shared.First().Name)}.");
        }
    }

    private static IEnumerable<(string Name, ListenUrl Url)> Listeners(SiloSettings settings)
    {
        var others = settings.PublicUrls.Select(url => (SettingNames.PublicUrls, url))
            .Append((SettingNames.ManagementUrl, settings.ManagementUrl));
        return settings.DemoLoginUrl is { } login ? others.Append((SettingNames.DemoLoginUrl, login)) : others;
    }
}
