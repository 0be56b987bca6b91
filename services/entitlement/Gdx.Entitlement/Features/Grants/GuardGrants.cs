using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>
/// At start: installs the trigger that has the last word on grants. Whatever writes to the table, what a right opens never changes (its end may
/// only come nearer), what is revoked stays revoked, and a delegated right begins with no more than its parent has, and with its condition about officers: since the parent must be there
/// first, no cycle can come to be.
/// </summary>
public sealed class GuardGrants(EntitlementDb db) : IStartupWork
{
    // A row trigger before an insert sees the rows that the same statement inserted before, and not those after: two grants that name each other
    // fail at the first. What may change is named, so that a column of tomorrow is fixed until somebody thinks about it. Grants of before have no
    // purpose terms, which is written as none at their next change.
    private const string Sql = """
        SELECT pg_advisory_xact_lock(4951);
        CREATE OR REPLACE FUNCTION gdx_guard_grants() RETURNS trigger LANGUAGE plpgsql AS $f$
        DECLARE
            may_change text[] := ARRAY['revision', 'version', 'valid_until', 'recertify_by', 'suspended_at', 'suspended_by', 'suspension_reason', 'revoked_at', 'revoked_by', 'revocation_reason'];
            parent grants%ROWTYPE;
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF (to_jsonb(NEW) || jsonb_build_object('purpose_terms', coalesce(NEW.purpose_terms, '[]'))) - may_change
                    IS DISTINCT FROM (to_jsonb(OLD) || jsonb_build_object('purpose_terms', coalesce(OLD.purpose_terms, '[]'))) - may_change OR NEW.valid_until > OLD.valid_until THEN
                    RAISE 'what a grant opens never changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_grants_fixed';
                END IF;
                IF OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_by, NEW.revocation_reason) IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_by, OLD.revocation_reason) THEN
                    RAISE 'a revoked grant stays revoked' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_grants_revoked';
                END IF;
                RETURN NEW;
            END IF;
            IF NEW.parent_grant_id IS NULL THEN RETURN NEW; END IF;
            SELECT * INTO parent FROM grants WHERE id = NEW.parent_grant_id;
            IF NOT FOUND OR parent.dataset_id <> NEW.dataset_id OR parent.dataset_version <> NEW.dataset_version
                OR NOT NEW.fields <@ parent.fields OR NOT NEW.purposes <@ parent.purposes OR NOT NEW.channels <@ parent.channels
                OR (parent.officers_managed AND NOT NEW.officers_managed) THEN
                RAISE 'a delegated grant has no more than its parent' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_grants_delegated';
            END IF;
            RETURN NEW;
        END $f$;
        CREATE OR REPLACE TRIGGER gdx_guard_grants BEFORE INSERT OR UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION gdx_guard_grants();
        """;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync(Sql, ct);
        await transaction.CommitAsync(ct);
    }
}
