using ExchangeCluster.Silo.Token;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Token;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("Application/X-WWW-Form-Urlencoded;charset=\"utf-8\"")]
    public void Accepts_forms_in_utf8(string contentType) => Assert.True(IsAccepted(contentType));

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded; boundary=x")]
    [InlineData("application/x-www-form-urlencodedX")]
    [InlineData("text/plain, application/x-www-form-urlencoded")]
    [InlineData("*/*")]
    [InlineData("")]
    public void Fault_H2_Refuses_other_content_types(string contentType) => Assert.False(IsAccepted(contentType));

    [Fact]
    public void Fault_H2_Refuses_none_and_several_content_types()
    {
        Assert.False(RequestBody.HasAcceptableType(new DefaultHttpContext().Request));
        Assert.False(IsAccepted(new StringValues(["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"])));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity")]
    public void Fault_H13_Refuses_every_content_coding(string coding)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = "application/x-www-form-urlencoded";
        request.Headers.ContentEncoding = coding;
        Assert.False(RequestBody.HasAcceptableType(request));
    }

    [Fact]
    public async Task Fault_H3_Refuses_a_body_above_the_limit_whatever_it_declares()
    {
        Assert.Equal(RequestBody.MaxSize, (await ReadAsync(RequestBody.MaxSize)).Bytes?.Length);
        Assert.Equal(HttpError.BodyTooLarge, (await ReadAsync(RequestBody.MaxSize + 1)).Error);

        static Task<(byte[]? Bytes, HttpError? Error)> ReadAsync(int size)
        {
            var request = new DefaultHttpContext().Request;
            request.Body = new MemoryStream(new byte[size]);
            return RequestBody.TakeAsync(request);
        }
    }

    private static bool IsAccepted(StringValues contentType)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.ContentType = contentType;
        return RequestBody.HasAcceptableType(request);
    }
}
