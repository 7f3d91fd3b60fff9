namespace ExchangeCluster.Silo.Token;

/// <summary>What can be wrong with a request before it is an OAuth request at all.</summary>
internal enum HttpError
{
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    BadRequest,

    /// <summary>Where the request ends is open to interpretation.</summary>
    BadFraming,

    /// <summary>A defect of ours.</summary>
    ServerError,
}
