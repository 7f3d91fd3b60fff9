using System.Globalization;
using System.Text;

namespace ExchangeCluster.Tool.Graphs;

/// <summary>A flowchart in Mermaid, which code hosts draw.</summary>
internal static class MermaidWriter
{
    public static string Write(Mesh mesh)
    {
        var ids = mesh.Nodes.Select((node, index) => (node.Name, Id: $"n{index}")).ToDictionary(node => node.Name, node => node.Id, StringComparer.Ordinal);
        var text = new StringBuilder("flowchart LR\n");
        foreach (var issuer in mesh.Nodes.Where(node => node.IsIssuer))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {ids[issuer.Name]}([\"{Quoted(issuer.Name)}\"])\n");
        }

        foreach (var (domain, index) in mesh.Nodes.Where(node => !node.IsIssuer).GroupBy(node => node.Domain!, StringComparer.Ordinal).Select((domain, index) => (domain, index)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph d{index}[\"{Quoted(domain.Key)}\"]\n");
            foreach (var node in domain)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {ids[node.Name]}[\"{Quoted(node.Name)}\"]\n");
            }

            text.Append("  end\n");
        }

        foreach (var line in mesh.Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {ids[line.From]} {Arrow(line.Kind)}|\"{Quoted(line.Label)}\"| {ids[line.To]}\n");
        }

        return text.ToString();
    }

    private static string Arrow(Line kind) => kind switch
    {
        Line.Embed => "-.->",
        Line.Reuse => "==>",
        _ => "-->",
    };

    private static string Quoted(string text) => text.Replace("\"", "#quot;", StringComparison.Ordinal);
}
