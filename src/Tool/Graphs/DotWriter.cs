using System.Globalization;
using System.Text;

namespace ExchangeCluster.Tool.Graphs;

/// <summary>A directed graph in Graphviz's DOT.</summary>
internal static class DotWriter
{
    public static string Write(Mesh mesh)
    {
        var text = new StringBuilder("digraph exchange {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n");
        foreach (var issuer in mesh.Nodes.Where(node => node.IsIssuer))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Quoted(issuer.Name)} [shape=ellipse];\n");
        }

        foreach (var (domain, index) in mesh.Nodes.Where(node => !node.IsIssuer).GroupBy(node => node.Domain!, StringComparer.Ordinal).Select((domain, index) => (domain, index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{index} {{\n    label={Quoted(domain.Key)};\n");
            foreach (var node in domain)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Quoted(node.Name)};\n");
            }

            text.Append("  }\n");
        }

        foreach (var line in mesh.Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Quoted(line.From)} -> {Quoted(line.To)} [label={Quoted(line.Label)}, style={StyleOf(line.Kind)}];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string StyleOf(Line kind) => kind switch
    {
        Line.Embed => "dashed",
        Line.Reuse => "bold",
        Line.Own => "dotted",
        _ => "solid",
    };

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
