namespace Gdx.LinkageAdapter.Tests;

public sealed class LinkRecordTests(World world)
{
    private static readonly string[] Granted = ["firstName", "dateOfBirth", "fatherPersonalID"];

    [Fact]
    public async Task A_granted_record_arrives_with_the_granted_fields_only()
    {
        var agency = await world.AdmitWithGrantAsync(Granted);

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Equal(Granted.Order(), answer.Json.Select(field => field.Key).Order());
        Assert.Equal(System.Text.Json.JsonValueKind.Number, answer.Json["dateOfBirth"]!.GetValueKind());
        Assert.Equal(System.Text.Json.JsonValueKind.Number, answer.Json["fatherPersonalID"]!.GetValueKind());
    }
}
