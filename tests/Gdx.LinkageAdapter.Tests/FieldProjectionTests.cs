using System.Collections.Frozen;
using System.Text;
using Gdx.LinkageAdapter.Sources;

namespace Gdx.LinkageAdapter.Tests;

public sealed class FieldProjectionTests
{
    [Theory]
    [InlineData("""{}""", """{}""")]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""{"x":1}""", """{}""")]
    [InlineData("""{"x":1,"a":9007199254740993,"y":{"a":2},"b":"t"}""", """{"a":9007199254740993,"b":"t"}""")]
    [InlineData("""{"a":1.50,"b":1e3}""", """{"a":1.50,"b":1e3}""")]
    [InlineData("""{"a":25010000,"b":0}""", """{"a":25010000,"b":0}""")]
    [InlineData("""{"a":null,"b":true}""", """{"a":null,"b":true}""")]
    [InlineData("""{"a":"\u0e2a\"\\\/","b":"ส"}""", """{"a":"\u0e2a\"\\\/","b":"ส"}""")]
    [InlineData("""{"a":{"n":[1,{"x":2}]},"x":[[["a"]]],"b":[]}""", """{"a":{"n":[1,{"x":2}]},"b":[]}""")]
    [InlineData("""{ "a" : 1 , "x":2, "b"	:[ 1 ] }""", """{"a" :1,"b"	:[ 1 ]}""")]
    [InlineData("""{"\u0061":1}""", """{"\u0061":1}""")]
    [InlineData("""{"A":1,"a ":2,"":3}""", """{}""")]
    [InlineData("""{"ก":1,"a":2}""", """{"ก":1,"a":2}""")]
    public void Granted_fields_are_copied_as_they_are_and_nothing_else(string record, string expected)
    {
        var projected = FieldProjection.Project(Encoding.UTF8.GetBytes(record), new[] { "a", "b", "ก" }.ToFrozenSet(StringComparer.Ordinal));

        Assert.Equal(expected, Encoding.UTF8.GetString(projected.Span));
    }

    [Fact]
    public void A_name_longer_than_any_field_is_dropped()
    {
        var name = new string('n', 5000);

        var projected = FieldProjection.Project(Encoding.UTF8.GetBytes($$"""{"{{name}}":1,"a":2}"""), new[] { "a", name }.ToFrozenSet(StringComparer.Ordinal));

        Assert.Equal("""{"a":2}""", Encoding.UTF8.GetString(projected.Span));
    }

    [Fact]
    public void Nothing_granted_is_nothing_answered()
    {
        var projected = FieldProjection.Project("""{"a":1}"""u8, FrozenSet<string>.Empty);

        Assert.Equal("{}", Encoding.UTF8.GetString(projected.Span));
    }
}
