using System.Net;
using ExchangeCluster.Grains.Hosting;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Stores;
using ExchangeCluster.Transport;

namespace ExchangeCluster.Silo.Configuration;

/// <summary>The validated settings of one silo. Made by <see cref="SiloSettingsReader"/> only.</summary>
internal sealed class SiloSettings
{
    /// <summary>Where the token endpoint listens (<c>ASPNETCORE_URLS</c>); at least one.</summary>
    public required IReadOnlyList<ListenUrl> PublicUrls { get; init; }

    /// <summary>Whether the public listeners with https ask callers for a TLS client certificate (RFC 8705).</summary>
    public required bool RequestClientCertificates { get; init; }

    public required ListenUrl ManagementUrl { get; init; }

    /// <summary>Absolute path; null in the demo.</summary>
    public required string? PolicyFile { get; init; }

    /// <summary>Set in the demo, and only there: the address of its login issuer.</summary>
    public required ListenUrl? DemoLoginUrl { get; init; }

    /// <summary>Absolute path. The demo has a directory of its own below the configured one.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the silos of a cluster keep what they share; null: a cluster of one, in <see cref="DataDirectory"/>.</summary>
    public required RedisAddress? Redis { get; init; }

    /// <summary>Where other silos and Orleans clients find this one: loopback, or with <see cref="SiloTls"/> any.</summary>
    public required IPAddress SiloAddress { get; init; }

    /// <summary>At <see cref="SiloAddress"/>.</summary>
    public required int SiloPort { get; init; }

    /// <summary>At <see cref="SiloAddress"/>.</summary>
    public required int GatewayPort { get; init; }

    /// <summary>For the silo and gateway ports; null: plain.</summary>
    public required MutualTls? SiloTls { get; init; }

    /// <summary>
    /// How long a silo that was told to stop goes on answering while it says that it isn't ready: whoever sends it requests needs as long
    /// to hear of it. 0 to 1 min.
    /// </summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>How soon silos of a cluster take one another for dead.</summary>
    public required MembershipTiming Membership { get; init; }

    /// <summary>Failed authentications of one client that are answered in the long run; <see cref="Domain.Clients.FailureLimit"/>.</summary>
    public required int FailedAuthenticationsPerSecond { get; init; }

    /// <summary>Requests for tokens, beyond those that the near cache answers, that are worked on at once; more are refused. <see cref="Token.Admission"/>.</summary>
    public required int RequestsAtOnce { get; init; }

    /// <summary>The most files of the audit; the oldest makes room.</summary>
    public required int AuditFiles { get; init; }

    /// <summary>When a file of the audit is full, in bytes.</summary>
    public required long AuditFileSize { get; init; }

    /// <summary>32 bytes in base64; null, never with <see cref="Redis"/>: a generated file in the data directory.</summary>
    public required SensitiveText? KeyEncryptionKey { get; init; }
}

/// <summary>Names of the settings in the section <c>ExchangeCluster</c>.</summary>
internal static class SettingNames
{
    public const string Section = "ExchangeCluster";
    public const string PublicUrls = "urls";
    public const string PolicyFile = "PolicyFile";
    public const string DataDirectory = "DataDirectory";
    public const string Redis = "Redis";
    public const string SiloPort = "SiloPort";
    public const string GatewayPort = "GatewayPort";
    public const string SiloAddress = "SiloAddress";
    public const string SiloCertificate = "SiloCertificate";
    public const string SiloAuthority = "SiloAuthority";
    public const string ManagementUrl = "ManagementUrl";
    public const string KeyEncryptionKey = "KeyEncryptionKey";
    public const string RequestClientCertificates = "RequestClientCertificates";
    public const string AllowPlainHttp = "AllowPlainHttp";
    public const string DemoLoginUrl = "DemoLoginUrl";
    public const string DrainSeconds = "DrainSeconds";
    public const string ProbeSeconds = "ProbeSeconds";
    public const string MissedProbes = "MissedProbes";
    public const string AliveSeconds = "AliveSeconds";
    public const string MembershipRefreshSeconds = "MembershipRefreshSeconds";
    public const string AuditFiles = "AuditFiles";
    public const string AuditFileMegabytes = "AuditFileMegabytes";
    public const string FailedAuthenticationsPerSecond = "FailedAuthenticationsPerSecond";
    public const string RequestsAtOnce = "RequestsAtOnce";

    public static IReadOnlyList<string> All { get; } =
    [
        PolicyFile, DataDirectory, Redis, SiloPort, GatewayPort, SiloAddress, SiloCertificate, SiloAuthority, ManagementUrl, KeyEncryptionKey, AllowPlainHttp, DemoLoginUrl,
        DrainSeconds, ProbeSeconds, MissedProbes, AliveSeconds, MembershipRefreshSeconds, AuditFiles, AuditFileMegabytes, FailedAuthenticationsPerSecond,
        RequestsAtOnce, RequestClientCertificates,
    ];

    /// <summary>The key path of a setting, as messages name it.</summary>
    public static string PathOf(string name) => name == PublicUrls ? name : $"{Section}:{name}";
}
