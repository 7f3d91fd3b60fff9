#:property PublishAot=false
// From test results: docs/conformance.md, and the table of token types in the README.
//     dotnet run eng/ConformanceTable.cs -- <folder of .trx files> <items.tsv> <conformance.md> <README.md>
// Exit code 1: an item's test failed. Nothing in the tables is typed by hand but the items' titles.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const string MatrixBegin = "<!-- token types: made from the test results -->";
const string MatrixEnd = "<!-- end of token types -->";

var (results, items, output, readme) = (args[0], args[1], args[2], args[3]);
var matrixed = new Regex(@"\.Matrix_(?<way>in|out)_(?<type>access_token|jwt|id_token|refresh_token|saml1|saml2)_(?<what>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
var cells = new SortedSet<(string Way, string Type, string What)>();
var numbered = new Regex(@"\.(?:Conformance|Fault)(?<items>(?:_(?:and_)?[A-Z]?\d+)+)_\w+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
var byItem = new Dictionary<string, List<(string Test, bool Passed)>>(StringComparer.Ordinal);
foreach (var file in Directory.EnumerateFiles(results, "*.trx"))
{
    foreach (var result in XDocument.Load(file).Descendants().Where(element => element.Name.LocalName == "UnitTestResult"))
    {
        var cell = matrixed.Match((string)result.Attribute("testName")!);
        if (cell.Success)
        {
            var what = cell.Groups["what"].Value.Replace('_', ' ').Replace("N A", "`N_A`", StringComparison.Ordinal);
            var verdict = (string)result.Attribute("outcome")! == "Passed" ? "" : " (**failed**)";
            cells.Add((cell.Groups["way"].Value, cell.Groups["type"].Value, char.ToLowerInvariant(what[0]) + what[1..] + verdict));
        }

        var match = numbered.Match((string)result.Attribute("testName")!);
        foreach (var item in match.Groups["items"].Value.Split('_', StringSplitOptions.RemoveEmptyEntries).Where(item => item != "and"))
        {
            if (!byItem.TryGetValue(item, out var tests))
            {
                byItem[item] = tests = [];
            }

            tests.Add((match.Value, (string)result.Attribute("outcome")! == "Passed"));
        }
    }
}

var text = new StringBuilder("""
    # Conformance

    Made from the test results by `eng/ConformanceTable.cs`; CI fails when it is out of date. Tests are named after the items:
    `Conformance_39_…` over HTTP against a running silo, `Fault_T2_…` at whatever level shows the fault best. M: the RFC's MUST,
    S: its SHOULD, D: a choice that the RFC leaves open and that is made here.

    | item | | what | verdict |
    |---|---|---|---|

    """);
foreach (var line in File.ReadLines(items))
{
    var fields = line.Split('\t');
    text.AppendLine(CultureInfo.InvariantCulture, $"| {fields[0]} | {fields[1]} | {fields[2]} | {VerdictOf(fields[0])} |");
}

text.Append("""

    ## Hostile input and broken machinery

    | group | items with tests | failed |
    |---|---|---|

    """);
foreach (var group in byItem.Keys.Where(name => char.IsAsciiLetter(name[0])).GroupBy(name => name[0]).OrderBy(group => group.Key))
{
    var failed = group.Where(name => byItem[name].Any(test => !test.Passed)).ToList();
    text.AppendLine(CultureInfo.InvariantCulture, $"| {TitleOf(group.Key)} | {Ranges(group)} | {(failed.Count == 0 ? "none" : string.Join(", ", failed))} |");
}

await File.WriteAllTextAsync(output, text.ToString());

var page = await File.ReadAllTextAsync(readme);
var (begin, end) = (page.IndexOf(MatrixBegin, StringComparison.Ordinal) + MatrixBegin.Length, page.IndexOf(MatrixEnd, StringComparison.Ordinal));
var matrix = new StringBuilder("\n| token type | as `subject_token` | as `requested_token_type` |\n|---|---|---|\n");
foreach (var type in new[] { "access_token", "jwt", "id_token", "refresh_token", "saml1", "saml2" })
{
    matrix.Append(CultureInfo.InvariantCulture, $"| `{type}` | {CellOf("in", type)} | {CellOf("out", type)} |\n");
}

await File.WriteAllTextAsync(readme, page[..begin] + matrix + page[end..]);
return byItem.Values.SelectMany(tests => tests).All(test => test.Passed) ? 0 : 1;

string CellOf(string way, string type) => string.Join("; ", cells.Where(cell => cell.Way == way && cell.Type == type).Select(cell => cell.What));

string VerdictOf(string item) => !byItem.TryGetValue(item, out var tests) ? "no test"
    : tests.TrueForAll(test => test.Passed) ? "passed"
    : "**failed**";

static string TitleOf(char group) => group switch
{
    'H' => "H: HTTP",
    'P' => "P: parameters",
    'C' => "C: client authentication",
    'T' => "T: tokens",
    'Z' => "Z: authorization, cache, embedded tokens",
    'R' => "R: revocation and introspection",
    'F' => "F: cluster faults",
    'X' => "X: exhaustion",
    _ => group.ToString(),
};

static string Ranges(IEnumerable<string> names)
{
    var numbers = names.Select(name => int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture)).Order().ToList();
    var ranges = new List<string>();
    for (var start = 0; start < numbers.Count;)
    {
        var end = start;
        while (end + 1 < numbers.Count && numbers[end + 1] == numbers[end] + 1)
        {
            end++;
        }

        ranges.Add(start == end ? $"{numbers[start]}" : $"{numbers[start]}–{numbers[end]}");
        start = end + 1;
    }

    return string.Join(", ", ranges);
}
