namespace ExchangeCluster.Protocol;

/// <summary>A token or secret. It never prints itself; <see cref="Reveal"/> is the only way to the value.</summary>
public sealed class SensitiveText
{
    private readonly string value;

    public SensitiveText(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        this.value = value;
    }

    /// <summary>Length in UTF-16 units.</summary>
    public int Length => value.Length;

    /// <summary>The raw value. Never log it, never put it into an exception or a storage key.</summary>
    public string Reveal() => value;

    /// <summary>A constant: the value stays hidden.</summary>
    public override string ToString() => "[redacted]";
}
