namespace ExchangeCluster.Grains.Subjects;

/// <summary>What JWTs of one key, rule and scope have in common, whoever they are for.</summary>
/// <param name="Header">The JOSE header, encoded.</param>
/// <param name="Opening">How the claims set begins: everything before the subject.</param>
/// <param name="SignatureSize">In bytes.</param>
internal sealed record TokenFrame(string Header, string Opening, int SignatureSize);
