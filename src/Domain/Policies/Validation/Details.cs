using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>authorization_details</c> of a rule (RFC 9396).</summary>
internal static class Details
{
    public static ImmutableArray<DetailCeiling> Read(ConfigList<DetailConfig>? list, Service target, Mistakes mistakes)
    {
        if (list is null)
        {
            return [];
        }

        var ceilings = ImmutableArray.CreateBuilder<DetailCeiling>();
        foreach (var detail in list.Items)
        {
            CheckKnown(detail.Type, target, mistakes);
            if (ceilings.Any(ceiling => ceiling.Type == detail.Type.Value))
            {
                mistakes.Add(detail.Type.At, $"the type '{detail.Type.Value}' is named twice, expected one entry for each type");
            }

            ceilings.Add(new DetailCeiling(detail.Type.Value, Allowed(detail)));
        }

        return ceilings.ToImmutable();
    }

    private static FrozenDictionary<string, FrozenSet<string>> Allowed(DetailConfig detail) =>
        new (string Member, ConfigList<ConfigText>? Values)[]
        {
            ("actions", detail.Actions),
            ("datatypes", detail.Datatypes),
            ("locations", detail.Locations),
            ("privileges", detail.Privileges),
        }
        .Where(set => set.Values is not null)
        .ToFrozenDictionary(
            set => set.Member,
            set => set.Values!.Items.Select(value => value.Value).ToFrozenSet(StringComparer.Ordinal),
            StringComparer.Ordinal);

    public static void CheckKnown(ConfigText type, Service service, Mistakes mistakes)
    {
        if (!service.AuthorizationDetailsTypes.Contains(type.Value))
        {
            mistakes.AddUnknown(
                type.At,
                $"for the service '{service.Name}' the type of authorization details",
                type.Value,
                "one of its authorization_details_types",
                service.AuthorizationDetailsTypes);
        }
    }
}
