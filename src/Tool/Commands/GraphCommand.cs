using System.CommandLine;
using ExchangeCluster.Tool.Graphs;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange graph</c>: the mesh as Mermaid, DOT or a self-contained SVG.</summary>
internal static class GraphCommand
{
    private const string Mermaid = "mermaid";
    private const string Dot = "dot";
    private const string Svg = "svg";

    public static Command Create()
    {
        var format = new Option<string>("--format", "-f") { Description = "mermaid (the default), dot or svg.", DefaultValueFactory = _ => Mermaid };
        format.AcceptOnlyFromAmong(Mermaid, Dot, Svg);
        var command = new Command("graph", "Draws who may call whom, with domains, scopes and how the token is shared.") { PolicyText.Option, format };
        command.SetAction((parsed, cancellation) => PolicyText.WithSnapshotAsync(parsed, (terminal, policy) =>
        {
            var mesh = Mesh.Of(policy);
            var text = parsed.GetValue(format) switch
            {
                Dot => DotWriter.Write(mesh),
                Svg => SvgWriter.Write(mesh),
                _ => MermaidWriter.Write(mesh),
            };
            if (terminal.IsJson)
            {
                terminal.WriteJson(mesh);
            }
            else
            {
                terminal.Out.Write(text);
            }

            return ExitCode.Success;
        }, cancellation));
        return command;
    }
}
