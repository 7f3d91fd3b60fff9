using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// Reads one YAML document (JSON is YAML too) into nodes. Bounded in size and depth. Anchors and aliases are refused, because
/// a few of them can stand for billions of nodes; tags, because what <c>!include</c> would be taken for is anybody's guess.
/// </summary>
public static class YamlReader
{
    /// <summary>The longest policy text, in UTF-16 units.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    private const int MaxDepth = 16;

    /// <summary>The document's root mapping; null when there is a mistake.</summary>
    public static PolicyNode.Mapping? Read(string text, Mistakes mistakes)
    {
        if (text.Length > MaxLength)
        {
            mistakes.Add(new Position(1, 1), $"the policy is too long, expected at most {MaxLength} characters");
            return null;
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.Accept<DocumentStart>(out _))
            {
                mistakes.Add(new Position(1, 1), "the policy is empty, expected a mapping that begins with revision");
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = ReadNode(parser, mistakes, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
            {
                mistakes.Add(At(parser.Current!.Start), "a second document begins here, expected one document");
            }

            if (root is PolicyNode.Mapping mapping)
            {
                return mapping;
            }

            mistakes.Add(root.At, $"the policy is {root.Kind}, expected a mapping");
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

    private static PolicyNode ReadNode(Parser parser, Mistakes mistakes, int depth)
    {
        var at = At(parser.Current!.Start);
        if (depth > MaxDepth)
        {
            throw new TooDeepException(at);
        }

        if (parser.Accept<NodeEvent>(out var node))
        {
            CheckPlain(node, at, mistakes);
        }

        if (parser.TryConsume<AnchorAlias>(out _))
        {
            mistakes.Add(at, "aliases are not supported, expected the value itself");
            return new PolicyNode.Scalar(at, "", IsPlain: true);
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new PolicyNode.Scalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = ImmutableArray.CreateBuilder<PolicyNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(parser, mistakes, depth + 1));
            }

            return new PolicyNode.Sequence(at, items.ToImmutable());
        }

        parser.Consume<MappingStart>();
        return ReadMembers(parser, mistakes, depth, at);
    }

    private static void CheckPlain(NodeEvent node, Position at, Mistakes mistakes)
    {
        if (!node.Anchor.IsEmpty)
        {
            mistakes.Add(at, "anchors are not supported, expected the value itself");
        }

        if (!node.Tag.IsEmpty)
        {
            mistakes.Add(at, "tags are not supported, expected the value itself");
        }
    }

    private static PolicyNode.Mapping ReadMembers(Parser parser, Mistakes mistakes, int depth, Position at)
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<PolicyNode.Scalar, PolicyNode>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(parser, mistakes, depth + 1);
            var value = ReadNode(parser, mistakes, depth + 1);
            if (key is not PolicyNode.Scalar name)
            {
                mistakes.Add(key.At, $"a key is {key.Kind}, expected a name");
            }
            else if (!names.Add(name.Text))
            {
                mistakes.Add(name.At, $"the key '{name.Text}' occurs twice, expected it once");
            }
            else
            {
                members.Add(KeyValuePair.Create(name, value));
            }
        }

        return new PolicyNode.Mapping(at, members.ToImmutable());
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private sealed class TooDeepException(Position at) : Exception
    {
        public Position At { get; } = at;
    }
}
