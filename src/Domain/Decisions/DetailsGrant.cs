using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// Authorization details (RFC 9396): requested ∩ every rule ∩ subject; a rule names no type that its client may not pass on.
/// Nothing elevates them. What a detail means
/// is known to its type only, so one is within another for certain only where it has the same members, equal but for
/// fewer <c>actions</c>, <c>datatypes</c>, <c>locations</c> or <c>privileges</c>, of which some are left: an empty list may
/// well mean no limit.
/// </summary>
internal static class DetailsGrant
{
    public static Refusal? Compute(ExchangeCommand command, AcceptRule[] rules, out AuthorizationDetails details)
    {
        details = command.RequestedDetails ?? AuthorizationDetails.Empty;
        if (details.IsEmpty)
        {
            details = Everything(command, rules);
            return null;
        }

        foreach (var wanted in details.Items)
        {
            if (!IsHeld(command, wanted) || !Array.TrueForAll(rules, rule => IsWithin(rule, wanted)))
            {
                return new Refusal(RefusalReason.AuthorizationDetailsNotGranted, "Not every requested authorization detail can be granted at every target.");
            }
        }

        return null;
    }

    private static AuthorizationDetails Everything(ExchangeCommand command, AcceptRule[] rules)
    {
        if (Array.Exists(rules, rule => rule.AuthorizationDetails.IsEmpty))
        {
            return AuthorizationDetails.Empty;
        }

        var granted = ImmutableArray.CreateBuilder<JsonElement>();
        foreach (var held in HeldBy(command))
        {
            if (Narrow(held, rules) is { } narrowed)
            {
                granted.Add(narrowed);
            }
        }

        return AuthorizationDetails.Of(granted.ToImmutable());
    }

    /// <summary>
    /// What the subject token says, whose claim was checked with it; of a refresh token what was granted at first, which was
    /// at most that.
    /// </summary>
    private static ImmutableArray<JsonElement> HeldBy(ExchangeCommand command) =>
        command.Refresh is { } refresh ? refresh.AuthorizationDetails.Items
        : command.Subject.Claims.TryGetProperty(AuthorizationDetails.Name, out var claim) && AuthorizationDetails.TryRead(claim, out var details)
            ? details.Items
            : [];

    /// <summary>A client is the master of its own token: there only the target's rules narrow.</summary>
    private static bool IsHeld(ExchangeCommand command, JsonElement wanted) =>
        command.Grant == Grants.ClientCredentials || HeldBy(command).Any(held => IsAtMost(wanted, held));

    private static bool IsAtMost(JsonElement wanted, JsonElement held)
    {
        var members = 0;
        foreach (var member in wanted.EnumerateObject())
        {
            members++;
            if (!held.TryGetProperty(member.Name, out var limit) || !IsAtMost(member, limit))
            {
                return false;
            }
        }

        return members == held.GetPropertyCount();
    }

    private static bool IsAtMost(JsonProperty wanted, JsonElement limit) =>
        JsonElement.DeepEquals(wanted.Value, limit)
        || (AuthorizationDetails.SetMembers.Contains(wanted.Name)
            && IsWithin(wanted.Value, ValuesOf(limit).ToFrozenSet(StringComparer.Ordinal)));

    private static bool IsWithin(AcceptRule rule, JsonElement wanted)
    {
        if (CeilingOf(rule, wanted) is not { } ceiling)
        {
            return false;
        }

        foreach (var (member, allowed) in ceiling.Allowed)
        {
            if (!wanted.TryGetProperty(member, out var values) || !IsWithin(values, allowed))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWithin(JsonElement values, FrozenSet<string> allowed) =>
        values.GetArrayLength() > 0 && ValuesOf(values).All(allowed.Contains);

    /// <summary>The part of it that every rule lets pass; null when a list would have nothing left, or is not there to narrow.</summary>
    private static JsonElement? Narrow(JsonElement held, AcceptRule[] rules)
    {
        JsonElement? narrowed = held;
        foreach (var rule in rules)
        {
            narrowed = narrowed is { } detail && CeilingOf(rule, detail) is { } ceiling ? Narrow(detail, ceiling) : null;
        }

        return narrowed;
    }

    private static JsonElement? Narrow(JsonElement detail, DetailCeiling ceiling)
    {
        foreach (var (member, allowed) in ceiling.Allowed)
        {
            if (!detail.TryGetProperty(member, out var values) || !ValuesOf(values).Any(allowed.Contains))
            {
                return null;
            }
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        foreach (var member in detail.EnumerateObject())
        {
            if (ceiling.Allowed.TryGetValue(member.Name, out var allowed))
            {
                json.WriteStartArray(member.Name);
                foreach (var value in ValuesOf(member.Value).Where(allowed.Contains))
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static DetailCeiling? CeilingOf(AcceptRule rule, JsonElement detail)
    {
        var type = AuthorizationDetails.TypeOf(detail);
        return rule.AuthorizationDetails.FirstOrDefault(ceiling => ceiling.Type == type);
    }

    private static IEnumerable<string> ValuesOf(JsonElement values) => values.EnumerateArray().Select(value => value.GetString()!);
}
