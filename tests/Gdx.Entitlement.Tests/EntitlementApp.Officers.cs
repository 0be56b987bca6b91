using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;

namespace Gdx.Entitlement.Tests;

public sealed partial class EntitlementApp
{
    /// <summary>The service's clock; the machine's where it is null.</summary>
    public TimeProvider? Clock { get; init; }

    public OfficerGroups.OfficerGroupsClient Groups => new(Channel(this));

    /// <summary>Somebody whose session acts for an agency.</summary>
    public Metadata Of(Guid agency, Guid person, params string[] roles) =>
        new() { { "authorization", $"Bearer {issuer.Token(person.ToString(), [Roles.Person, .. roles], token => token.Claims[Claims.Agency] = agency.ToString())}" } };

    /// <summary>A new person with these roles in an agency.</summary>
    public Metadata Of(Guid agency, params string[] roles) => Of(agency, Guid.CreateVersion7(), roles);

    public Metadata AsSuperUser(Guid agency) => Of(agency, Roles.SuperUser);

    /// <summary>A fact of another service arrives.</summary>
    public Task TellAsync<T>(T fact)
        where T : class => bus.Publish(fact);

    /// <summary>A wish for a group that is in order: all of this grant, for these people.</summary>
    public static SaveOfficerGroupRequest Wish(Grant grant, params Guid[] officers) => new()
    {
        RequestId = Guid.CreateVersion7().ToString(),
        Name = $"งานทะเบียน {Guid.NewGuid():N}",
        Rights = { new GroupRight { GrantId = grant.Id } },
        OfficerIds = { officers.Select(officer => officer.ToString()) },
        ValidFrom = DateTimeOffset.UtcNow.AddDays(-1).ToTimestamp(),
        ValidUntil = DateTimeOffset.UtcNow.AddDays(180).ToTimestamp(),
    };

    /// <summary>What replaces a group by itself.</summary>
    public static SaveOfficerGroupRequest Again(OfficerGroup group) => new()
    {
        GroupId = group.Id,
        ExpectedRevision = group.Revision,
        Name = group.Name,
        Rights = { group.Rights },
        OfficerIds = { group.OfficerIds },
        ValidFrom = group.ValidFrom,
        ValidUntil = group.ValidUntil,
    };

    public async Task<OfficerGroup> GroupAsync(Guid agency, string id) => (await Groups.GetAsync(new() { GroupId = id }, AsSuperUser(agency))).Group;

    public async Task<ImportOfficersReport> ImportAsync(Metadata caller, params byte[][] chunks)
    {
        using var call = Groups.Import(caller);
        foreach (var chunk in chunks)
        {
            await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    /// <summary>A grant as the letter's column names and values say, beside the front door: what no letter can say yet.</summary>
    public async Task<string> InsertGrantAsync(Guid agency, string columns = "", string values = "", string dataset = "dopa.person", string version = "1")
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var insert = source.CreateCommand($$"""
            WITH permission AS (
                INSERT INTO permissions (id, request_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, letter_reference, recorded_by, recorded_at)
                SELECT gen_random_uuid(), gen_random_uuid(), '{{agency}}', '{{dataset}}', '{{version}}', '{firstName,lastName,dateOfBirth}', '{welfare.eligibility}', '{1}', now() - interval '1 day', now() + interval '2 years', 'x', '{{Maker}}', now()
                RETURNING *)
            INSERT INTO grants (id, version, permission_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until {{(columns.Length > 0 ? ", " + columns : "")}})
            SELECT gen_random_uuid(), 1, id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until {{(values.Length > 0 ? ", " + values : "")}} FROM permission RETURNING id
            """);
        return $"{await insert.ExecuteScalarAsync()}";
    }

    /// <summary>Answers the name of the constraint that a statement broke, or null.</summary>
    public async Task<string?> SqlAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        try
        {
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException broken)
        {
            return broken.ConstraintName ?? broken.SqlState;
        }
    }
}
