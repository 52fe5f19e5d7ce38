namespace MmDrBot.Engine.Repositories;

/// <summary>The kinds of encrypted objects; the value is the kind's byte in the header.</summary>
internal enum ObjectKind : byte
{
    Pack = (byte)'P',
    Index = (byte)'I',
    Manifest = (byte)'M',
    Tombstone = (byte)'T',
    Condemned = (byte)'C',
    Distrusted = (byte)'D',
    Audit = (byte)'A',
    Ledger = (byte)'L',
    Anchor = (byte)'H',
    GivenUp = (byte)'G',
    Verification = (byte)'V',
    Lock = (byte)'R',
    Pin = (byte)'N',
}
