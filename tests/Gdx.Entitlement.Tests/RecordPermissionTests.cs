using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class RecordPermissionTests(EntitlementApp app)
{
    [Fact]
    public async Task A_letter_is_kept_as_it_says_and_is_no_right_yet()
    {
        var letter = app.Letter();

        var permission = await app.RecordAsync(letter);

        Assert.Equal(PermissionState.Recorded, permission.State);
        Assert.Equal((letter.AgencyId, letter.DatasetId, letter.DatasetVersion, letter.LetterReference), (permission.AgencyId, permission.DatasetId, permission.DatasetVersion, permission.LetterReference));
        Assert.Equal(letter.Fields, permission.Fields);
        Assert.Equal(letter.Purposes, permission.Purposes);
        Assert.Equal(letter.Channels, permission.Channels);
        Assert.Equal((letter.ValidFrom.Seconds, letter.ValidUntil.Seconds), (permission.ValidFrom.Seconds, permission.ValidUntil.Seconds));
        Assert.Equal((app.Maker.ToString(), "", ""), (permission.RecordedBy, permission.ConfirmedBy, permission.GrantId));
        Assert.Equal(permission, await app.Permissions.GetAsync(new() { PermissionId = permission.Id }, app.AsOperator(app.Checker)));
        Assert.Empty((await app.Grants.FindAsync(new() { AgencyId = letter.AgencyId }, app.AsOperator(app.Checker))).Grants);
    }

    [Fact]
    public async Task Recording_again_answers_the_first_permission()
    {
        var letter = app.Letter();
        var first = await app.RecordAsync(letter);
        letter.LetterReference = "another";

        Assert.Equal(first, await app.RecordAsync(letter));
    }

    [Fact]
    public async Task Recording_many_times_at_once_keeps_one_permission()
    {
        var letter = app.Letter();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.RecordAsync(letter)));

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task What_the_letter_names_must_exist()
    {
        Assert.Equal(new(StatusCode.NotFound, "identity.agency.unknown", ""), await Refused(letter => letter.AgencyId = Guid.CreateVersion7().ToString()));
        Assert.Equal(new(StatusCode.NotFound, "catalog.dataset.unknown", ""), await Refused(letter => letter.DatasetId = "dopa.nothing"));
        Assert.Equal(new(StatusCode.NotFound, "catalog.dataset.unknown", ""), await Refused(letter => letter.DatasetId = "dopa"));
        Assert.Equal(new(StatusCode.NotFound, "catalog.dataset.unknown", ""), await Refused(letter => letter.DatasetVersion = "2"));
        Assert.Equal(new(StatusCode.NotFound, "catalog.field.unknown", ""), await Refused(letter => letter.Fields.Add("religion")));
        Assert.Equal(new(StatusCode.NotFound, "catalog.field.unknown", ""), await Refused(letter => letter.Fields.Add("FirstName")));
    }

    [Theory]
    [InlineData("Deprecated")]
    [InlineData("Retired")]
    public async Task A_version_that_is_not_published_gets_no_right(string state)
    {
        await app.SetDatasetStateAsync("dopa.children", state);

        Assert.Equal("entitlement.dataset.not_published", (await Refusal.OfAsync(() => app.RecordAsync(ChildrenOf()))).Code);
        await app.SetDatasetStateAsync("dopa.children", "Published");
        Assert.NotEqual("entitlement.dataset.not_published", (await Refusal.OfAsync(() => app.RecordAsync(ChildrenOf()))).Code);

        RecordPermissionRequest ChildrenOf()
        {
            var letter = app.Letter();
            (letter.DatasetId, letter.Fields[0]) = ("dopa.children", "noSuchField");
            return letter;
        }
    }

    [Theory]
    [InlineData(AgencyState.Unspecified)]
    [InlineData(AgencyState.Applied)]
    [InlineData(AgencyState.Verified)]
    [InlineData(AgencyState.Suspended)]
    [InlineData(AgencyState.Closed)]
    public async Task An_agency_that_is_not_active_gets_no_right(AgencyState state)
    {
        var letter = app.Letter(app.Identity.NewAgency(state));

        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.agency.not_active", ""), await Refusal.OfAsync(() => app.RecordAsync(letter)));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task Where_the_agency_cannot_be_checked_the_caller_may_try_again(StatusCode fault)
    {
        var agency = app.Identity.NewAgency();
        app.Identity.Faults[agency] = fault;
        var letter = app.Letter(agency);

        Assert.Equal(new(StatusCode.Unavailable, "entitlement.check.unavailable", ""), await Refusal.OfAsync(() => app.RecordAsync(letter)));
        app.Identity.Faults.Clear();
        Assert.Equal(PermissionState.Recorded, (await app.RecordAsync(letter)).State);
    }

    [Fact]
    public async Task Only_a_person_may_record() =>
        Assert.Equal("caller.not_a_person", (await Refusal.OfAsync(() => app.Permissions.RecordAsync(app.Letter(), app.AsOperatorWithoutPerson()).ResponseAsync)).Code);

    public static TheoryData<string, string> BadInput => new()
    {
        { "agency_id", "" },
        { "agency_id", "x" },
        { "agency_id", "00000000-0000-0000-0000-00000000000g" },
        { "dataset_id", "" },
        { "dataset_id", "DOPA.PERSON" },
        { "dataset_id", "dopa.person\n" },
        { "dataset_id", "dopa.person\0" },
        { "dataset_id", new string('a', 100_000) },
        { "dataset_version", "" },
        { "dataset_version", "0" },
        { "dataset_version", "๑" },
        { "fields", "" },
        { "fields", " firstName" },
        { "fields", "first name" },
        { "fields", "firstName\0" },
        { "fields", new string('a', 100_000) },
        { "purposes", "" },
        { "purposes", "ab" },
        { "purposes", "Welfare" },
        { "purposes", "สวัสดิการ" },
        { "purposes", new string('a', 65) },
        { "letter_reference", "" },
        { "letter_reference", "   " },
        { "letter_reference", "a\0b" },
        { "letter_reference", "a\nb" },
        { "letter_reference", new string('ก', 201) },
        { "request_id", "" },
        { "request_id", "1" },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public async Task Bad_text_is_refused_with_the_name_of_the_field(string field, string text) =>
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refused(letter =>
        {
            _ = field switch
            {
                "agency_id" => letter.AgencyId = text,
                "dataset_id" => letter.DatasetId = text,
                "dataset_version" => letter.DatasetVersion = text,
                "fields" => letter.Fields[0] = text,
                "purposes" => letter.Purposes[0] = text,
                "letter_reference" => letter.LetterReference = text,
                _ => letter.RequestId = text,
            };
        }));

    [Fact]
    public async Task Too_few_and_too_many_are_refused()
    {
        Assert.Equal("fields", (await Refused(letter => letter.Fields.Clear())).Field);
        Assert.Equal("fields", (await Refused(letter => letter.Fields.AddRange(Enumerable.Range(0, 201).Select(n => $"f{n}")))).Field);
        Assert.Equal("purposes", (await Refused(letter => letter.Purposes.Clear())).Field);
        Assert.Equal("purposes", (await Refused(letter => letter.Purposes.AddRange(Enumerable.Range(0, 11).Select(n => $"purpose{n}")))).Field);
        Assert.Equal("channels", (await Refused(letter => letter.Channels.Clear())).Field);
        Assert.Equal("channels", (await Refused(letter => letter.Channels.Add(Channel.Unspecified))).Field);
        Assert.Equal("channels", (await Refused(letter => letter.Channels.Add((Channel)99))).Field);
    }

    [Fact]
    public async Task Instants_must_make_a_period_that_is_not_over_and_not_too_long()
    {
        var now = DateTimeOffset.UtcNow;
        Assert.Equal("valid_from", (await Refused(letter => letter.ValidFrom = null)).Field);
        Assert.Equal("valid_until", (await Refused(letter => letter.ValidUntil = null)).Field);
        Assert.Equal("valid_until", (await Refused(letter => letter.ValidUntil = letter.ValidFrom)).Field);
        Assert.Equal("valid_until", (await Refused(letter => letter.ValidUntil = now.AddDays(-0.5).ToTimestamp())).Field);
        Assert.Equal("valid_until", (await Refused(letter => letter.ValidUntil = now.AddYears(5).ToTimestamp())).Field);
        Assert.Equal("valid_from", (await Refused(letter => letter.ValidFrom = new Timestamp { Seconds = long.MaxValue })).Field);
        Assert.Equal("valid_from", (await Refused(letter => letter.ValidFrom = new Timestamp { Seconds = long.MinValue })).Field);
        Assert.Equal("valid_until", (await Refused(letter => letter.ValidUntil = new Timestamp { Seconds = letter.ValidUntil.Seconds, Nanos = -1 })).Field);
        Assert.Equal("valid_until", (await Refused(letter => letter.ValidUntil = new Timestamp { Seconds = letter.ValidUntil.Seconds, Nanos = int.MaxValue })).Field);
    }

    [Fact]
    public async Task A_name_that_occurs_twice_counts_once()
    {
        var letter = app.Letter();
        letter.Fields.Add("firstName");
        letter.Channels.Add(Channel.Api);

        var permission = await app.RecordAsync(letter);

        Assert.Equal(["firstName", "lastName", "dateOfBirth"], permission.Fields);
        Assert.Equal([Channel.Api], permission.Channels);
    }

    private Task<Refusal> Refused(Action<RecordPermissionRequest> change)
    {
        var letter = app.Letter();
        change(letter);
        return Refusal.OfAsync(() => app.RecordAsync(letter));
    }
}
