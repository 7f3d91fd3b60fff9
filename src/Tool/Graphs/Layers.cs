using System.Collections.Immutable;

namespace ExchangeCluster.Tool.Graphs;

/// <summary>
/// A layered layout: each node beyond all that call it, cycles aside; within a layer by domain, then near its callers.
/// </summary>
internal sealed class Layers
{
    public Layers(Mesh mesh)
    {
        var depth = DepthsOf(mesh);
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        var layers = ImmutableArray.CreateBuilder<ImmutableArray<MeshNode>>();
        foreach (var layer in mesh.Nodes.GroupBy(node => depth[node.Name]).OrderBy(layer => layer.Key))
        {
            ImmutableArray<MeshNode> ordered =
            [
                .. layer.GroupBy(node => node.Domain ?? "", StringComparer.Ordinal)
                    .OrderBy(domain => domain.Average(node => RowOfCallers(mesh, node, rows))).ThenBy(domain => domain.Key, StringComparer.Ordinal)
                    .SelectMany(domain => domain.OrderBy(node => RowOfCallers(mesh, node, rows)).ThenBy(node => node.Name, StringComparer.Ordinal)),
            ];
            foreach (var (node, row) in ordered.Select((node, row) => (node, row)))
            {
                rows[node.Name] = row;
            }

            layers.Add(ordered);
        }

        Columns = layers.ToImmutable();
    }

    public ImmutableArray<ImmutableArray<MeshNode>> Columns { get; }

    private static double RowOfCallers(Mesh mesh, MeshNode node, Dictionary<string, int> rows) =>
        mesh.Lines.Where(line => line.To == node.Name && rows.ContainsKey(line.From)).Select(line => (double)rows[line.From]).DefaultIfEmpty(double.MaxValue / 1e9).Average();

    /// <summary>Kahn's order; where only cycles are left, it goes on with what is reached already, and the lines back to it lead leftwards.</summary>
    private static Dictionary<string, int> DepthsOf(Mesh mesh)
    {
        var next = mesh.Lines.Where(line => line.From != line.To).Select(line => (line.From, line.To)).Distinct().ToLookup(line => line.From, line => line.To, StringComparer.Ordinal);
        var callers = next.SelectMany(to => to).CountBy(to => to, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var depth = mesh.Nodes.ToDictionary(node => node.Name, _ => 0, StringComparer.Ordinal);
        var left = mesh.Nodes.Select(node => node.Name).ToList();
        var ready = new Queue<string>(left.Where(name => !callers.ContainsKey(name)));
        var placed = new HashSet<string>(StringComparer.Ordinal);
        while (placed.Count < mesh.Nodes.Length)
        {
            if (!ready.TryDequeue(out var at))
            {
                left.RemoveAll(placed.Contains);
                at = left.MinBy(name => depth[name] == 0 ? int.MaxValue : depth[name])!;
            }

            if (!placed.Add(at))
            {
                continue;
            }

            foreach (var to in next[at].Where(to => !placed.Contains(to)))
            {
                depth[to] = Math.Max(depth[to], depth[at] + 1);
                if (--callers[to] == 0)
                {
                    ready.Enqueue(to);
                }
            }
        }

        return depth;
    }
}
