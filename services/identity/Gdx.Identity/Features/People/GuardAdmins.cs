using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>
/// At start: installs the trigger that has the last word on admins. No commit, whoever makes it and however many at once, takes the last
/// OrganizationAdmin from an agency that works or is suspended, or its primary one. (That there are never two primary ones is a unique index.)
/// </summary>
public sealed class GuardAdmins(IdentityDb db) : IStartupWork
{
    // Deferred, so that a change of the primary admin may take from one and give to the other within a transaction. The lock on the agency lets
    // commits that take admins away wait for each other; the statement after it sees what the earlier ones left. Under repeatable read it would not.
    private const string Sql = """
        SELECT pg_advisory_xact_lock(4950);
        CREATE OR REPLACE FUNCTION gdx_guard_admins() RETURNS trigger LANGUAGE plpgsql AS $f$
        DECLARE was_admin boolean := OLD.state = 'Active' AND 'organization-admin' = ANY (OLD.roles);
        BEGIN
            IF NOT was_admin AND NOT OLD.is_primary_admin THEN RETURN NULL; END IF;
            IF current_setting('transaction_isolation') = 'repeatable read' THEN
                RAISE 'OrganizationAdmins are not changed under repeatable read' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_agencies_admin';
            END IF;
            PERFORM FROM agencies WHERE id = OLD.agency_id FOR NO KEY UPDATE;
            IF NOT EXISTS (SELECT FROM agencies WHERE id = OLD.agency_id AND state IN ('Active', 'Suspended')) THEN RETURN NULL; END IF;
            IF was_admin AND NOT EXISTS (SELECT FROM memberships WHERE agency_id = OLD.agency_id AND state = 'Active' AND 'organization-admin' = ANY (roles)) THEN
                RAISE 'an agency keeps an OrganizationAdmin' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_agencies_admin';
            END IF;
            IF OLD.is_primary_admin AND NOT EXISTS (
                SELECT FROM memberships WHERE agency_id = OLD.agency_id AND is_primary_admin AND state = 'Active' AND 'organization-admin' = ANY (roles)) THEN
                RAISE 'an agency keeps a primary OrganizationAdmin' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_agencies_primary_admin';
            END IF;
            RETURN NULL;
        END $f$;
        DO $do$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'gdx_guard_admins' AND tgrelid = 'memberships'::regclass) THEN
                CREATE CONSTRAINT TRIGGER gdx_guard_admins AFTER UPDATE OR DELETE ON memberships DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gdx_guard_admins();
            END IF;
        END $do$;
        """;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync(Sql, ct);
        await transaction.CommitAsync(ct);
    }
}
