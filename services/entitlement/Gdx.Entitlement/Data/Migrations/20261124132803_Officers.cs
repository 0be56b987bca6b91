using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Entitlement.Data.Migrations
{
    /// <inheritdoc />
    public partial class Officers : Migration
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

            migrationBuilder.CreateIndex(
                name: "ix_grants_recertify_by",
                table: "grants",
                column: "recertify_by",
                filter: "recertify_by IS NOT NULL");

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
                name: "officer_groups");

            migrationBuilder.DropIndex(
                name: "ix_grants_recertify_by",
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
        }
    }
}
