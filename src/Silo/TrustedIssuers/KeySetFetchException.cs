namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>A key set could not be read from its source. The message is for the operator and holds nothing of an answer's body.</summary>
public sealed class KeySetFetchException(string message, Exception? innerException = null) : Exception(message, innerException);
