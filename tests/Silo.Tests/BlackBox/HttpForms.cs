using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;

namespace ExchangeCluster.Silo.Tests.BlackBox;

internal static class HttpForms
{
    /// <summary>A request that is answered with a token, with a subject token of its own.</summary>
    public static TokenForm GoodForm(this Shop shop)
    {
        var form = shop.Form("web", shop.Parties.SubjectToken());
        form.Add(ParameterNames.Audience, "orders");
        return form;
    }
}
