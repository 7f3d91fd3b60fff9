namespace ExchangeCluster.Domain.Revocations;

/// <summary>
/// Revocations of tokens, subjects and sessions, of which there may be a million: plain values of 64 bytes, sorted by handle, in buckets. Immutable; a
/// changed table shares the buckets that have not changed.
/// </summary>
internal sealed class RevocationTable
{
    /// <summary>A power of two. Handles are hashes and spread evenly: a million leave some 250 in each.</summary>
    private const int BucketCount = 4096;

    private readonly Bucket?[] buckets;

    private RevocationTable(Bucket?[] buckets, int count) => (this.buckets, Count) = (buckets, count);

    public int Count { get; }

    public bool Contains(RevocationTarget target, bool isBlock) => TryFind(target, isBlock, out _);

    public bool TryFind(RevocationTarget target, bool isBlock, out RevocationEntry entry)
    {
        entry = default;
        if (Count == 0 || buckets[IndexOf(target.Handle)] is not { } bucket || bucket.Find(target, isBlock) is var place && place < 0)
        {
            return false;
        }

        entry = bucket.Items[place];
        return true;
    }

    /// <summary>In no order.</summary>
    public IEnumerable<RevocationEntry> Entries => EntriesOf(buckets);

    private static int IndexOf(UInt128 handle) => (int)(ulong)handle & (BucketCount - 1);

    private static IEnumerable<RevocationEntry> EntriesOf(Bucket?[] buckets)
    {
        foreach (var bucket in buckets)
        {
            for (var place = 0; place < bucket?.Count; place++)
            {
                yield return bucket.Items[place];
            }
        }
    }

    /// <summary>The table while it is applied, entry by entry. Not thread-safe.</summary>
    internal sealed class Builder
    {
        private Bucket?[] buckets = new Bucket?[BucketCount];
        private object owner = new();
        private bool isShared;

        public int Count { get; private set; }

        public IEnumerable<RevocationEntry> Entries => EntriesOf(buckets);

        public bool TryFind(RevocationTarget target, bool isBlock, out RevocationEntry entry) =>
            new RevocationTable(buckets, Count).TryFind(target, isBlock, out entry);

        /// <summary>Adds an entry, or replaces the one of the same target and strength. True when it is new.</summary>
        public bool Set(RevocationEntry entry)
        {
            var bucket = Own(IndexOf(entry.Target.Handle));
            var place = bucket.Find(entry.Target, entry.IsBlock);
            if (place >= 0)
            {
                bucket.Items[place] = entry;
                return false;
            }

            bucket.Insert(~place, entry);
            Count++;
            return true;
        }

        public bool Remove(RevocationTarget target, bool isBlock)
        {
            if (buckets[IndexOf(target.Handle)] is not { } found || found.Find(target, isBlock) is var place && place < 0)
            {
                return false;
            }

            Own(IndexOf(target.Handle)).RemoveAt(place);
            Count--;
            return true;
        }

        public RevocationTable ToTable()
        {
            owner = new object();
            isShared = true;
            return new RevocationTable(buckets, Count);
        }

        /// <summary>A bucket that no table shares.</summary>
        private Bucket Own(int index)
        {
            if (isShared)
            {
                buckets = [.. buckets];
                isShared = false;
            }

            return buckets[index] is { } bucket && bucket.Owner == owner
                ? bucket
                : buckets[index] = new Bucket(owner, buckets[index]);
        }
    }

    private sealed class Bucket
    {
        public Bucket(object owner, Bucket? other)
        {
            Owner = owner;
            Count = other?.Count ?? 0;
            Items = new RevocationEntry[Roomy(Count + 1)];
            other?.Items.AsSpan(0, Count).CopyTo(Items);
        }

        public object Owner { get; }

        public RevocationEntry[] Items { get; private set; }

        public int Count { get; private set; }

        /// <summary>As <see cref="Array.BinarySearch(Array, object)"/>: negative is the complement of where it would be.</summary>
        public int Find(RevocationTarget target, bool isBlock)
        {
            var (low, high) = (0, Count - 1);
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                switch (Items[middle].CompareTo(target, isBlock))
                {
                    case 0:
                        return middle;
                    case < 0:
                        low = middle + 1;
                        break;
                    default:
                        high = middle - 1;
                        break;
                }
            }

            return ~low;
        }

        public void Insert(int place, RevocationEntry entry)
        {
            if (Count == Items.Length)
            {
                var items = new RevocationEntry[Roomy(Count + 1)];
                Items.AsSpan(0, Count).CopyTo(items);
                Items = items;
            }

            Items.AsSpan(place, Count - place).CopyTo(Items.AsSpan(place + 1));
            Items[place] = entry;
            Count++;
        }

        public void RemoveAt(int place)
        {
            Items.AsSpan(place + 1, Count - place - 1).CopyTo(Items.AsSpan(place));
            Items[--Count] = default;
        }

        /// <summary>A little room, so that a load doesn't copy a bucket for every entry; a little more where the bucket is small.</summary>
        private static int Roomy(int count) => count + Math.Max(count / 16, Math.Min(count, 8));
    }
}
