using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace ExchangeCluster.Tool.Output;

/// <summary>Where a command writes: text for people, or with <c>--json</c> exactly one JSON value.</summary>
internal sealed class Terminal
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the result as JSON.",
        Recursive = true,
    };

    // For terminals and files, never part of HTML.
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private Terminal(TextWriter output, TextWriter error, bool isJson)
    {
        (Out, Error, IsJson) = (output, error, isJson);
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            // No codes in files, pipes and tests, whatever TERM says.
            Ansi = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected ? AnsiSupport.Detect : AnsiSupport.No,
        });
        // A line is as long as it is: tables cut to the window would lose the ids that other commands take.
        Console.Profile.Width = int.MaxValue / 2;
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public bool IsJson { get; }

    /// <summary>Over <see cref="Out"/>: colours and tables where it is a terminal, plain text elsewhere.</summary>
    public IAnsiConsole Console { get; }

    public static Terminal Of(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(Json));

    /// <summary>Members in snake_case, nulls left out.</summary>
    public void WriteJson<T>(T value) => Out.WriteLine(JsonSerializer.Serialize(value, Format));

    /// <summary>Says why the command could not be done, as JSON <c>{"error": …}</c> where that was asked for.</summary>
    /// <returns><paramref name="code"/>.</returns>
    public int Fail(string why, int code)
    {
        if (IsJson)
        {
            WriteJson(new { Error = why });
        }

        Error.WriteLine(why);
        return code;
    }
}
