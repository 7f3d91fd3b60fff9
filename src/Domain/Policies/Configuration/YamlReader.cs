using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// Reads one YAML document (JSON is YAML too) into the config records. Bounded in size and depth. Anchors and aliases are
/// refused, because a few of them can stand for billions of nodes; tags, because what <c>!include</c> would be taken for is
/// anybody's guess.
/// </summary>
public static class YamlReader
{
    /// <summary>The longest policy text, in UTF-16 units.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    private const int MaxDepth = 16;

    /// <summary>A shorter text is read before another thread would have begun.</summary>
    private const int LongText = 100_000;

    /// <summary>What the document's root mapping holds, mistakes and all; null when it has none, or isn't well-formed.</summary>
    public static PolicyConfig? Read(string text, Mistakes mistakes)
    {
        if (text.Length > MaxLength)
        {
            mistakes.Add(new Position(1, 1), $"the policy is too long, expected at most {MaxLength} characters");
            return null;
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            return Read(parser, text.Length >= LongText, mistakes);
        }
        catch (TooDeepException e)
        {
            mistakes.Add(e.At, $"the policy is nested too deeply, expected at most {MaxDepth} levels");
        }
        catch (YamlException e)
        {
            mistakes.Add(At(e.Start), $"this is not well-formed YAML ({e.Message.TrimEnd('.')}), expected well-formed YAML");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // For some malformed flow collections the scanner throws whatever its own code stumbles over.
            mistakes.Add(parser.Current is { } last ? At(last.End) : new Position(1, 1), "this is not well-formed YAML, expected the value to end properly");
        }

        return null;
    }

    private static PolicyConfig? Read(Parser parser, bool isLong, Mistakes mistakes)
    {
        parser.Consume<StreamStart>();
        if (!parser.Accept<DocumentStart>(out _))
        {
            mistakes.Add(new Position(1, 1), "the policy is empty, expected a mapping that begins with revision");
            return null;
        }

        parser.Consume<DocumentStart>();
        // Found on another thread.
        var unsupported = new Mistakes("");
        try
        {
            using var events = new PolicyEvents(EventsOf(parser, unsupported), isLong);
            return Read(parser, events, mistakes);
        }
        finally
        {
            mistakes.Add(unsupported);
        }
    }

    private static PolicyConfig? Read(Parser parser, PolicyEvents events, Mistakes mistakes)
    {
        events.MoveNext();
        var root = events.Current;
        // What is in a text that isn't well-formed may be anything: then only that is a mistake.
        var bound = new Mistakes("");
        var config = root.Kind == PolicyEventKind.MappingStart ? new ConfigBinder(events, bound, mistakes).Bind<PolicyConfig>() : null;
        var kind = config is null ? PolicyNodes.Read(events, mistakes).Kind : "";
        // The end of the events: from here on the parser is ours again.
        events.MoveNext();
        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _))
        {
            mistakes.Add(At(parser.Current!.Start), "a second document begins here, expected one document");
        }

        mistakes.Add(bound);
        if (config is null)
        {
            mistakes.Add(root.At, $"the policy is {kind}, expected a mapping");
        }

        return config;
    }

    /// <summary>The events of one node; what is not supported stands as an empty value.</summary>
    private static IEnumerable<PolicyEvent> EventsOf(Parser parser, Mistakes mistakes)
    {
        var depth = 0;
        var texts = new TextPool();
        do
        {
            var at = At(parser.Current!.Start);
            var kind = KindOf(parser.Current);
            if (kind is PolicyEventKind.SequenceEnd or PolicyEventKind.MappingEnd)
            {
                depth--;
            }
            else if (depth > MaxDepth)
            {
                throw new TooDeepException(at);
            }
            else if (kind != PolicyEventKind.Scalar)
            {
                depth++;
            }

            CheckPlain(parser.Current, at, mistakes);
            yield return parser.Current is Scalar scalar
                ? new PolicyEvent(kind, at, texts.Share(scalar.Value), scalar.Style == ScalarStyle.Plain)
                : new PolicyEvent(kind, at, IsPlain: true);
            parser.MoveNext();
        }
        while (depth > 0);
    }

    private static PolicyEventKind KindOf(ParsingEvent parsed) => parsed switch
    {
        Scalar or AnchorAlias => PolicyEventKind.Scalar,
        MappingStart => PolicyEventKind.MappingStart,
        MappingEnd => PolicyEventKind.MappingEnd,
        SequenceStart => PolicyEventKind.SequenceStart,
        SequenceEnd => PolicyEventKind.SequenceEnd,
        _ => throw new YamlException(parsed.Start, parsed.End, $"Unexpected {parsed.GetType().Name}"),
    };

    private static void CheckPlain(ParsingEvent parsed, Position at, Mistakes mistakes)
    {
        if (parsed is AnchorAlias)
        {
            mistakes.Add(at, "aliases are not supported, expected the value itself");
        }

        if (parsed is NodeEvent { Anchor.IsEmpty: false })
        {
            mistakes.Add(at, "anchors are not supported, expected the value itself");
        }

        if (parsed is NodeEvent { Tag.IsEmpty: false })
        {
            mistakes.Add(at, "tags are not supported, expected the value itself");
        }
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private sealed class TooDeepException(Position at) : Exception
    {
        public Position At { get; } = at;
    }
}
