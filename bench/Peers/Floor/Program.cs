using System.Text;

// The least that an ASP.NET Core token endpoint could do: read the form, answer a constant of the size of a token response.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();

var answer = Encoding.ASCII.GetBytes($$"""{"access_token":"{{new string('x', 900 - 51)}}","token_type":"Bearer","expires_in":300}""");

app.MapPost("/oauth/token", async (HttpContext context) =>
{
    var form = await context.Request.ReadFormAsync();
    context.Response.StatusCode = form.Count > 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
    await AnswerAsync(context.Response);
});

// Kestrel alone: what is allocated and spent before anything looks at the request.
app.MapPost("/constant", (HttpContext context) => AnswerAsync(context.Response));

app.Run();

async Task AnswerAsync(HttpResponse response)
{
    response.ContentType = "application/json";
    response.ContentLength = answer.Length;
    response.Headers.CacheControl = "no-store";
    await response.BodyWriter.WriteAsync(answer);
}
