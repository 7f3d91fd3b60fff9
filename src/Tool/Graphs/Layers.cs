using System.Collections.Immutable;

namespace ExchangeCluster.Tool.Graphs;

/// <summary>
/// A layered layout: each node one layer beyond those that call it, counted along shortest chains so that cycles need no care;
/// within a layer by domain, then near its callers.
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

    private static Dictionary<string, int> DepthsOf(Mesh mesh)
    {
        var next = mesh.Lines.ToLookup(line => line.From, line => line.To, StringComparer.Ordinal);
        var called = mesh.Lines.Select(line => line.To).ToHashSet(StringComparer.Ordinal);
        var depth = new Dictionary<string, int>(StringComparer.Ordinal);
        var waiting = new Queue<string>(mesh.Nodes.Where(node => node.IsIssuer || !called.Contains(node.Name)).Select(node => node.Name));
        foreach (var root in waiting)
        {
            depth[root] = 0;
        }

        // What only a cycle leads to begins one of its own.
        foreach (var start in mesh.Nodes.Select(node => node.Name))
        {
            Follow(waiting, next, depth);
            if (depth.TryAdd(start, 0))
            {
                waiting.Enqueue(start);
            }
        }

        Follow(waiting, next, depth);
        return depth;
    }

    private static void Follow(Queue<string> waiting, ILookup<string, string> next, Dictionary<string, int> depth)
    {
        while (waiting.TryDequeue(out var at))
        {
            foreach (var to in next[at])
            {
                if (depth.TryAdd(to, depth[at] + 1))
                {
                    waiting.Enqueue(to);
                }
            }
        }
    }
}
