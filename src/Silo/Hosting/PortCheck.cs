using ExchangeCluster.Silo.Configuration;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>Looks at the silo's ports before Orleans does, whose failure would be a page of stack traces.</summary>
internal static class PortCheck
{
    /// <exception cref="StartupRefusedException">A port is taken.</exception>
    public static void RequireFree(SiloSettings settings)
    {
        (string Name, int Port)[] ports = [(SettingNames.SiloPort, settings.SiloPort), (SettingNames.GatewayPort, settings.GatewayPort)];
        string[] taken = [.. ports
            .Where(port => !FreePort.IsFree(port.Port))
            .Select(port => $"{SettingNames.PathOf(port.Name)}: port {port.Port} is in use.")];
        if (taken.Length > 0)
        {
            throw new StartupRefusedException(ExitCodes.CannotRun, taken);
        }
    }
}
