using System.Globalization;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Silo.Configuration;

/// <summary>Reads single settings and collects what is wrong with them. Values are never repeated: some are secrets.</summary>
internal sealed class SettingsSection(IConfiguration configuration, List<string> mistakes)
{
    private readonly IConfigurationSection section = configuration.GetSection(SettingNames.Section);

    public void RefuseUnknownNames()
    {
        foreach (var child in section.GetChildren())
        {
            if (!SettingNames.All.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                var nearest = NearestName.Of(child.Key, SettingNames.All);
                Mistake(child.Key, "there is no such setting" + (nearest is null ? "." : $"; did you mean {SettingNames.PathOf(nearest)}?"));
            }
        }
    }

    /// <summary>Null when it isn't set. Set but empty is a mistake: an expected value went missing on its way here.</summary>
    public string? Text(string name)
    {
        var child = section.GetSection(name);
        if (child.GetChildren().Any())
        {
            Mistake(name, "has settings below it, but takes a single value.");
            return null;
        }

        if (child.Value is { } value && string.IsNullOrWhiteSpace(value))
        {
            Mistake(name, "is empty; give it a value or remove it.");
            return null;
        }

        return child.Value;
    }

    public bool Flag(string name)
    {
        if (Text(name) is not { } text)
        {
            return false;
        }

        if (!bool.TryParse(text, out var value))
        {
            Mistake(name, "takes true or false.");
        }

        return value;
    }

    /// <summary>Port 0 becomes a port that is free now.</summary>
    public int Port(string name, int defaultPort)
    {
        if (Text(name) is not { } text)
        {
            return defaultPort;
        }

        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            Mistake(name, "takes a port number from 0 to 65535; 0 is any free one.");
        }

        return port == 0 ? FreePort.Find() : port;
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Number(string name, int defaultNumber, int max, int min = 1)
    {
        if (Text(name) is not { } text)
        {
            return defaultNumber;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
        {
            Mistake(name, string.Create(CultureInfo.InvariantCulture, $"takes a whole number from {min} to {max}."));
        }

        return number;
    }

    public ListenUrl Url(string name, string defaultUrl) => Url(name, Text(name) ?? defaultUrl, defaultUrl);

    public ListenUrl Url(string name, string text, string defaultUrl)
    {
        if (ListenUrl.TryParse(text, out var url))
        {
            return url;
        }

        Mistake(name, $"takes http or https, an IP address, localhost or *, and a port, such as {defaultUrl}.");
        return ListenUrl.Parse(defaultUrl);
    }

    public void Mistake(string name, string what) => mistakes.Add($"{SettingNames.PathOf(name)}: {what}");
}
