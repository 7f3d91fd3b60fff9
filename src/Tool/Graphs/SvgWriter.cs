using System.Globalization;
using System.Xml.Linq;

namespace ExchangeCluster.Tool.Graphs;

/// <summary>A self-contained picture: columns from the login rightwards, a colour for each domain, a dash for each way of sharing.</summary>
internal static class SvgWriter
{
    private const int Width = 170;
    private const int Height = 44;
    private const int RowGap = 46;
    private const int Margin = 24;
    private const int LegendHeight = 56;

    /// <summary>Between columns at least, and about the width of a character of a label.</summary>
    private const int LeastGap = 140;
    private const int Character = 7;
    private const int LongestLabel = 36;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Colours = ["#dbeafe", "#dcfce7", "#fef3c7", "#fce7f3", "#ede9fe", "#ffedd5", "#cffafe", "#f1f5f9"];

    public static string Write(Mesh mesh)
    {
        var columns = new Layers(mesh).Columns;
        // A label has room between the boxes, whichever line it stands at.
        var columnGap = Math.Max(LeastGap, (mesh.Lines.Select(line => Shortened(line.Label, LongestLabel).Length).DefaultIfEmpty(0).Max() * Character) + 40);
        var tallest = columns.Select(column => column.Length).DefaultIfEmpty(0).Max();
        var (width, height) = ((columns.Length * (Width + columnGap)) - columnGap + (2 * Margin), (tallest * (Height + RowGap)) - RowGap + (2 * Margin) + LegendHeight);
        var places = columns.SelectMany((column, x) => column.Select((node, y) => (node, Place: new Place(
            Margin + (x * (Width + columnGap)),
            Margin + ((tallest - column.Length) * (Height + RowGap) / 2) + (y * (Height + RowGap)))))).ToDictionary(at => at.node.Name, at => at.Place, StringComparer.Ordinal);
        var domains = mesh.Nodes.Select(node => node.Domain).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var root = Element("svg", ("viewBox", $"0 0 {width} {height}"), ("width", width), ("height", height), ("font-family", "system-ui, sans-serif"), ("font-size", 12));
        root.Add(
            Element("title", "Who may call whom"),
            Element("rect", ("width", "100%"), ("height", "100%"), ("fill", "#ffffff")),
            Arrowhead(),
            mesh.Lines.Select(line => Curve(line, places[line.From], places[line.To])),
            mesh.Nodes.Select(node => Box(node, places[node.Name], domains)),
            mesh.Lines.Select(line => Label(line, places[line.From], places[line.To], columnGap)),
            Legend(domains, height - LegendHeight + 8));
        return root + "\n";
    }

    private static XElement Arrowhead() => new(
        Svg + "defs",
        new XElement(
            Svg + "marker",
            new XAttribute("id", "arrow"), new XAttribute("viewBox", "0 0 8 8"), new XAttribute("refX", 7), new XAttribute("refY", 4),
            new XAttribute("markerUnits", "userSpaceOnUse"), new XAttribute("markerWidth", 10), new XAttribute("markerHeight", 10), new XAttribute("orient", "auto"),
            Element("path", ("d", "M0 0L8 4L0 8z"), ("fill", "#475569"))));

    private static XElement Curve(MeshLine line, Place from, Place to)
    {
        var (start, end) = Ends(from, to);
        // A line back bends no further than the gap is wide.
        var bend = end.X > start.X ? (end.X - start.X) / 2 : LeastGap / 2;
        var element = Element(
            "path",
            ("d", $"M{start.X} {start.Y}C{start.X + bend} {start.Y} {end.X - bend} {end.Y} {end.X} {end.Y}"),
            ("fill", "none"), ("stroke", "#475569"), ("stroke-width", line.Kind == Line.Reuse ? 3 : 1.3), ("marker-end", "url(#arrow)"));
        if (Dash(line.Kind) is { } dash)
        {
            element.Add(new XAttribute("stroke-dasharray", dash));
        }

        return element;
    }

    private static XElement Box(MeshNode node, Place at, List<string> domains)
    {
        var box = Element("g");
        box.Add(
            Element(
                "rect", ("x", at.X), ("y", at.Y), ("width", Width), ("height", Height), ("rx", node.IsIssuer ? Height / 2 : 6),
                ("fill", node.Domain is { } domain ? ColourOf(domains.IndexOf(domain)) : "#ffffff"), ("stroke", "#475569")),
            Text(Shortened(node.Name.Replace("https://", "", StringComparison.Ordinal)), at.X + (Width / 2), at.Y + 19, "#0f172a", isBold: true),
            Text(node.Domain ?? "trusted issuer", at.X + (Width / 2), at.Y + 35, "#475569"));
        return box;
    }

    /// <summary>On the line, in the gap before its end, where no box stands.</summary>
    private static XElement Label(MeshLine line, Place from, Place to, int columnGap)
    {
        var (start, end) = Ends(from, to);
        var x = end.X - (columnGap / 2);
        var text = Text(Shortened(line.Label, LongestLabel), x, (x > start.X ? HeightAt(x, start, end) : end.Y) - 5, "#334155");
        text.Add(new XAttribute("paint-order", "stroke"), new XAttribute("stroke", "#ffffff"), new XAttribute("stroke-width", 6));
        return text;
    }

    /// <summary>Of the curve of a line that leads rightwards, whose both bends are half its width.</summary>
    private static int HeightAt(int x, Place start, Place end)
    {
        var (low, high) = (0.0, 1.0);
        while (high - low > 0.001)
        {
            var t = (low + high) / 2;
            var along = (1.5 * t * (1 - t)) + (t * t * t);
            (low, high) = along < (x - start.X) / (double)(end.X - start.X) ? (t, high) : (low, t);
        }

        return (int)(start.Y + ((end.Y - start.Y) * ((3 * low * low) - (2 * low * low * low))));
    }

    private static IEnumerable<XElement> Legend(List<string> domains, int top)
    {
        var x = Margin;
        foreach (var kind in new[] { Line.Exchange, Line.Embed, Line.Reuse })
        {
            yield return Curve(new MeshLine("", "", kind, []), new Place(x - Width, top - (Height / 2) + 8), new Place(x + 42, top - (Height / 2) + 8));
            yield return Text(kind.ToString().ToLowerInvariant(), x + 76, top + 12, "#334155");
            x += 120;
        }

        foreach (var (domain, index) in domains.Select((domain, index) => (domain, index)))
        {
            yield return Element("rect", ("x", Margin + (index * 150)), ("y", top + 24), ("width", 12), ("height", 12), ("fill", ColourOf(index)), ("stroke", "#475569"));
            var text = Text(domain, Margin + (index * 150) + 18, top + 34, "#334155");
            text.SetAttributeValue("text-anchor", "start");
            yield return text;
        }
    }

    private static (Place Start, Place End) Ends(Place from, Place to) =>
        (new Place(from.X + Width, from.Y + (Height / 2)), new Place(to.X, to.Y + (Height / 2)));

    private static string? Dash(Line kind) => kind switch
    {
        Line.Embed => "6 4",
        Line.Own => "2 3",
        _ => null,
    };

    private static string ColourOf(int domain) => Colours[domain % Colours.Length];

    private static string Shortened(string text, int most = 24) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most - 1), "…");

    private static XElement Text(string text, int x, int y, string colour, bool isBold = false)
    {
        var element = Element("text", ("x", x), ("y", y), ("text-anchor", "middle"), ("fill", colour));
        element.Value = text;
        if (isBold)
        {
            element.Add(new XAttribute("font-weight", "600"));
        }

        return element;
    }

    private static XElement Element(string name, string text) => new(Svg + name, text);

    private static XElement Element(string name, params (string Name, object Value)[] attributes) =>
        new(Svg + name, attributes.Select(attribute => new XAttribute(attribute.Name, Convert.ToString(attribute.Value, CultureInfo.InvariantCulture)!)));

    private readonly record struct Place(int X, int Y);
}
