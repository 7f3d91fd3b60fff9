using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Clients;

public sealed class SecretAuthenticationTests
{
    [Theory]
    [InlineData(ClientScene.Secret)]
    [InlineData(ClientScene.NextSecret)]
    public void Accepts_each_secret_of_a_client(string secret)
    {
        var outcome = ClientScene.WithSecret("web", secret);

        Assert.Equal("web", outcome.Client?.Name);
        Assert.Equal((null, null, null), (outcome.Refusal, outcome.Spend, outcome.RefreshClient));
    }

    [Fact]
    public void Gives_unknown_clients_and_wrong_secrets_the_same_answer()
    {
        ClientAuthenticationOutcome[] outcomes =
        [
            ClientScene.WithSecret("web", "a secret that is not the right one"),
            ClientScene.WithSecret("nobody", ClientScene.Secret),
            ClientScene.WithSecret("Web", ClientScene.Secret),
            ClientScene.WithSecret("geolocation", ClientScene.NextSecret),
            ClientScene.WithSecret("silent", ClientScene.Secret),
            ClientScene.WithSecret("retired", "a secret that is not the right one"),
        ];

        Assert.All(outcomes, outcome => ClientScene.Refused(outcome));
        Assert.Single(outcomes.Select(outcome => outcome.Refusal).Distinct());
        Assert.Single(outcomes.Select(outcome => RefusalCatalogue.ToTokenError(outcome.Refusal!.Reason)).Distinct());
    }

    [Fact]
    public void Fault_C11_Refuses_a_secret_for_a_client_with_keys_only() =>
        ClientScene.Refused(ClientScene.WithSecret("orders", ClientScene.Secret));

    [Fact]
    public void Fault_C12_Authenticates_a_client_whatever_grants_it_may_use()
    {
        Assert.Equal(Grants.None, ClientScene.WithSecret("retired", ClientScene.Secret).Client?.Grants);
        ClientScene.Refused(ClientScene.WithSecret("retired", ClientScene.NextSecret));
    }

    [Fact]
    public void Shows_no_secret()
    {
        var credentials = new ClientCredentials.Secret("web", new SensitiveText("canary"));

        Assert.DoesNotContain("canary", credentials.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", ClientScene.WithSecret("web", "canary").ToString(), StringComparison.Ordinal);
    }
}
