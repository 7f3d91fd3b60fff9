using System.CommandLine;

namespace ExchangeCluster.Tool.Policies;

/// <summary>What a question takes for granted about trusted issuers.</summary>
internal static class Assumptions
{
    public static readonly Option<bool> AnyAudience = new("--any-audience")
    {
        Description = "Count on issuers that name any service as a further audience of their tokens, as never statements do. "
            + "Default: they give tokens only to services that their audiences name.",
    };
}
