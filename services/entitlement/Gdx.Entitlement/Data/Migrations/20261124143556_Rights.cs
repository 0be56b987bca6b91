using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Gdx.Entitlement.Data.Migrations
{
    /// <inheritdoc />
    public partial class Rights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "budget_calls_per_day",
                table: "permissions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_calls_per_officer_and_day",
                table: "permissions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_calls_per_second",
                table: "permissions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_persons_per_day",
                table: "permissions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_persons_per_officer_and_day",
                table: "permissions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "officers_managed",
                table: "permissions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "owner_agency_id",
                table: "permissions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "purpose_terms",
                table: "permissions",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AlterColumn<Guid>(
                name: "permission_id",
                table: "grants",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AddColumn<Guid>(
                name: "access_request_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_calls_per_day",
                table: "grants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_calls_per_officer_and_day",
                table: "grants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_calls_per_second",
                table: "grants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_persons_per_day",
                table: "grants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "budget_persons_per_officer_and_day",
                table: "grants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "letter_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "letter_sha256",
                table: "grants",
                type: "bytea",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "officers_managed",
                table: "grants",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "owner_agency_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "parent_grant_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "purpose_terms",
                table: "grants",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "recertify_by",
                table: "grants",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "renews_grant_id",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "suspended_at",
                table: "grants",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "suspended_by",
                table: "grants",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "suspension_reason",
                table: "grants",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "access_requests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    lineage_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    central_agency_id = table.Column<Guid>(type: "uuid", nullable: true),
                    owner_agency_id = table.Column<Guid>(type: "uuid", nullable: true),
                    dataset_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    dataset_version = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    procedure_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    renews_grant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    asked = table.Column<string>(type: "jsonb", nullable: false),
                    mission = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    submitted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    parent_grant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    grant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    officers_managed = table.Column<bool>(type: "boolean", nullable: false),
                    recertify_months = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_access_requests", x => x.id);
                    table.UniqueConstraint("ak_access_requests_id_lineage_id", x => new { x.id, x.lineage_id });
                    table.ForeignKey(
                        name: "fk_access_requests_grants_renews_grant_id",
                        column: x => x.renews_grant_id,
                        principalTable: "grants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "configured_sources",
                columns: table => new
                {
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_configured_sources", x => new { x.agency_id, x.source });
                });

            migrationBuilder.CreateTable(
                name: "grant_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    grant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    standing = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_grant_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_grant_steps_grants_grant_id",
                        column: x => x.grant_id,
                        principalTable: "grants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "grant_warnings",
                columns: table => new
                {
                    grant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    ends_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    days_left = table.Column<int>(type: "integer", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_grant_warnings", x => new { x.grant_id, x.kind, x.ends_at, x.days_left });
                    table.ForeignKey(
                        name: "fk_grant_warnings_grants_grant_id",
                        column: x => x.grant_id,
                        principalTable: "grants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "officer_departures",
                columns: table => new
                {
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_officer_departures", x => new { x.agency_id, x.person_id });
                });

            migrationBuilder.CreateTable(
                name: "officer_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    version = table.Column<int>(type: "integer", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    valid_from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    valid_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    calls_per_officer_and_day = table.Column<int>(type: "integer", nullable: false),
                    dissolved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false),
                    rights = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_officer_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "right_actors",
                columns: table => new
                {
                    lineage_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    checker = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_right_actors", x => new { x.lineage_id, x.person_id });
                    table.UniqueConstraint("ak_right_actors_lineage_id_person_id_checker", x => new { x.lineage_id, x.person_id, x.checker });
                });

            migrationBuilder.CreateTable(
                name: "request_history",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: true),
                    what = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    step_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    note = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_history", x => x.id);
                    table.ForeignKey(
                        name: "fk_request_history_access_requests_request_id",
                        column: x => x.request_id,
                        principalTable: "access_requests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "request_letters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    size = table.Column<int>(type: "integer", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    scope = table.Column<string>(type: "jsonb", nullable: false),
                    attached_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attached_by = table.Column<Guid>(type: "uuid", nullable: false),
                    side = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_letters", x => x.id);
                    table.ForeignKey(
                        name: "fk_request_letters_access_requests_request_id",
                        column: x => x.request_id,
                        principalTable: "access_requests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "request_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    step_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    actor = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    actor_agency_id = table.Column<Guid>(type: "uuid", nullable: true),
                    needs = table.Column<List<string>>(type: "text[]", nullable: false),
                    letters = table.Column<List<string>>(type: "text[]", nullable: false),
                    source = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    done_by = table.Column<Guid>(type: "uuid", nullable: true),
                    note = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    decision = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_request_steps_access_requests_request_id",
                        column: x => x.request_id,
                        principalTable: "access_requests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "group_officers",
                columns: table => new
                {
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    checked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    registered_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_group_officers", x => new { x.group_id, x.person_id });
                    table.ForeignKey(
                        name: "fk_group_officers_officer_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "officer_groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "officer_group_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    added = table.Column<List<Guid>>(type: "uuid[]", nullable: false),
                    removed = table.Column<List<Guid>>(type: "uuid[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_officer_group_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_officer_group_steps_officer_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "officer_groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "request_actors",
                columns: table => new
                {
                    request_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    lineage_id = table.Column<Guid>(type: "uuid", nullable: false),
                    side = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    checker = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_request_actors", x => new { x.request_id, x.person_id });
                    table.CheckConstraint("ck_request_actors_side", "checker = (side <> 'Maker')");
                    table.ForeignKey(
                        name: "fk_request_actors_access_requests_request_id_lineage_id",
                        columns: x => new { x.request_id, x.lineage_id },
                        principalTable: "access_requests",
                        principalColumns: new[] { "id", "lineage_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_request_actors_right_actors_lineage_id_person_id_checker",
                        columns: x => new { x.lineage_id, x.person_id, x.checker },
                        principalTable: "right_actors",
                        principalColumns: new[] { "lineage_id", "person_id", "checker" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_grants_access_request_id",
                table: "grants",
                column: "access_request_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_grants_owner_agency_id",
                table: "grants",
                column: "owner_agency_id");

            migrationBuilder.CreateIndex(
                name: "ix_grants_parent_grant_id",
                table: "grants",
                column: "parent_grant_id");

            migrationBuilder.CreateIndex(
                name: "ix_grants_recertify_by",
                table: "grants",
                column: "recertify_by",
                filter: "recertify_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_grants_renews_grant_id",
                table: "grants",
                column: "renews_grant_id");

            migrationBuilder.CreateIndex(
                name: "ix_grants_valid_until",
                table: "grants",
                column: "valid_until");

            migrationBuilder.AddCheckConstraint(
                name: "ck_grants_basis",
                table: "grants",
                sql: "(permission_id IS NULL) <> (access_request_id IS NULL)");

            migrationBuilder.AddCheckConstraint(
                name: "ck_grants_parent",
                table: "grants",
                sql: "parent_grant_id <> id");

            migrationBuilder.CreateIndex(
                name: "ix_access_requests_agency_id_key",
                table: "access_requests",
                columns: new[] { "agency_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_access_requests_central_agency_id",
                table: "access_requests",
                column: "central_agency_id");

            migrationBuilder.CreateIndex(
                name: "ix_access_requests_owner_agency_id",
                table: "access_requests",
                column: "owner_agency_id");

            migrationBuilder.CreateIndex(
                name: "ix_access_requests_renews_grant_id",
                table: "access_requests",
                column: "renews_grant_id");

            migrationBuilder.CreateIndex(
                name: "ix_grant_steps_grant_id_id",
                table: "grant_steps",
                columns: new[] { "grant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_group_officers_person_id",
                table: "group_officers",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_officer_group_steps_group_id_id",
                table: "officer_group_steps",
                columns: new[] { "group_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_officer_groups_agency_id",
                table: "officer_groups",
                column: "agency_id");

            migrationBuilder.CreateIndex(
                name: "ix_officer_groups_request_id",
                table: "officer_groups",
                column: "request_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_officer_groups_revision",
                table: "officer_groups",
                column: "revision",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ux_officer_groups_name",
                table: "officer_groups",
                columns: new[] { "agency_id", "name" },
                unique: true,
                filter: "dissolved_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_request_actors_lineage_id_person_id_checker",
                table: "request_actors",
                columns: new[] { "lineage_id", "person_id", "checker" });

            migrationBuilder.CreateIndex(
                name: "ix_request_actors_request_id_lineage_id",
                table: "request_actors",
                columns: new[] { "request_id", "lineage_id" });

            migrationBuilder.CreateIndex(
                name: "ix_request_history_request_id_id",
                table: "request_history",
                columns: new[] { "request_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_request_letters_attached_by_attached_at",
                table: "request_letters",
                columns: new[] { "attached_by", "attached_at" });

            migrationBuilder.CreateIndex(
                name: "ix_request_letters_request_id_sha256_kind_side",
                table: "request_letters",
                columns: new[] { "request_id", "sha256", "kind", "side" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_request_steps_actor_agency_id_state",
                table: "request_steps",
                columns: new[] { "actor_agency_id", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_request_steps_request_id_step_id",
                table: "request_steps",
                columns: new[] { "request_id", "step_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_request_steps_state_opened_at",
                table: "request_steps",
                columns: new[] { "state", "opened_at" });

            migrationBuilder.AddForeignKey(
                name: "fk_grants_grants_parent_grant_id",
                table: "grants",
                column: "parent_grant_id",
                principalTable: "grants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "fk_grants_grants_renews_grant_id",
                table: "grants",
                column: "renews_grant_id",
                principalTable: "grants",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_grants_grants_parent_grant_id",
                table: "grants");

            migrationBuilder.DropForeignKey(
                name: "fk_grants_grants_renews_grant_id",
                table: "grants");

            migrationBuilder.DropTable(
                name: "configured_sources");

            migrationBuilder.DropTable(
                name: "grant_steps");

            migrationBuilder.DropTable(
                name: "grant_warnings");

            migrationBuilder.DropTable(
                name: "group_officers");

            migrationBuilder.DropTable(
                name: "officer_departures");

            migrationBuilder.DropTable(
                name: "officer_group_steps");

            migrationBuilder.DropTable(
                name: "request_actors");

            migrationBuilder.DropTable(
                name: "request_history");

            migrationBuilder.DropTable(
                name: "request_letters");

            migrationBuilder.DropTable(
                name: "request_steps");

            migrationBuilder.DropTable(
                name: "officer_groups");

            migrationBuilder.DropTable(
                name: "right_actors");

            migrationBuilder.DropTable(
                name: "access_requests");

            migrationBuilder.DropIndex(
                name: "ix_grants_access_request_id",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_owner_agency_id",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_parent_grant_id",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_recertify_by",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_renews_grant_id",
                table: "grants");

            migrationBuilder.DropIndex(
                name: "ix_grants_valid_until",
                table: "grants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_grants_basis",
                table: "grants");

            migrationBuilder.DropCheckConstraint(
                name: "ck_grants_parent",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "budget_calls_per_day",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "budget_calls_per_officer_and_day",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "budget_calls_per_second",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "budget_persons_per_day",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "budget_persons_per_officer_and_day",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "officers_managed",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "owner_agency_id",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "purpose_terms",
                table: "permissions");

            migrationBuilder.DropColumn(
                name: "access_request_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "budget_calls_per_day",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "budget_calls_per_officer_and_day",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "budget_calls_per_second",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "budget_persons_per_day",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "budget_persons_per_officer_and_day",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "letter_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "letter_sha256",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "officers_managed",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "owner_agency_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "parent_grant_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "purpose_terms",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "recertify_by",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "renews_grant_id",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "suspended_at",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "suspended_by",
                table: "grants");

            migrationBuilder.DropColumn(
                name: "suspension_reason",
                table: "grants");

            migrationBuilder.AlterColumn<Guid>(
                name: "permission_id",
                table: "grants",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);
        }
    }
}
