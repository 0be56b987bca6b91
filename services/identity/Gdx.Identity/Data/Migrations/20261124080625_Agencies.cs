using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Identity.Data.Migrations
{
    /// <inheritdoc />
    public partial class Agencies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ux_applications_open_juristic_id",
                table: "applications");

            migrationBuilder.AlterColumn<Guid>(
                name: "submitted_by",
                table: "applications",
                type: "uuid",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "uuid");

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "submitted_at",
                table: "applications",
                type: "timestamp with time zone",
                nullable: true,
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone");

            migrationBuilder.AlterColumn<string>(
                name: "juristic_id",
                table: "applications",
                type: "character(13)",
                fixedLength: true,
                maxLength: 13,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character(13)",
                oldFixedLength: true,
                oldMaxLength: 13);

            migrationBuilder.AddColumn<string>(
                name: "address",
                table: "applications",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "applicant_id",
                table: "applications",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "caller_addresses",
                table: "applications",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<Guid>(
                name: "central_agency_id",
                table: "applications",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<List<string>>(
                name: "datasets",
                table: "applications",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<List<string>>(
                name: "doubts",
                table: "applications",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "endorsed_at",
                table: "applications",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "endorsed_by",
                table: "applications",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "official_code",
                table: "applications",
                type: "character varying(5)",
                maxLength: 5,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "phone",
                table: "applications",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "primary_admin_email",
                table: "applications",
                type: "character varying(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "primary_admin_hash",
                table: "applications",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "primary_admin_name",
                table: "applications",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "service",
                table: "applications",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "technical_email",
                table: "applications",
                type: "character varying(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "technical_name",
                table: "applications",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "technical_phone",
                table: "applications",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "use",
                table: "applications",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state_before_suspension",
                table: "api_clients",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "agency_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    from = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    to = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_agency_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_agency_steps_agencies_agency_id",
                        column: x => x.agency_id,
                        principalTable: "agencies",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "application_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    application_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    from = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    to = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_application_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_application_steps_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "branches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, collation: "C"),
                    name_th = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    province = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    address = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_branches", x => x.id);
                    table.UniqueConstraint("ak_branches_id_agency_id", x => new { x.id, x.agency_id });
                    table.ForeignKey(
                        name: "fk_branches_agencies_agency_id",
                        column: x => x.agency_id,
                        principalTable: "agencies",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "government_bodies",
                columns: table => new
                {
                    juristic_id = table.Column<string>(type: "character(13)", fixedLength: true, maxLength: 13, nullable: false),
                    name_th = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    mail_domains = table.Column<List<string>>(type: "text[]", nullable: false),
                    central_juristic_id = table.Column<string>(type: "character(13)", fixedLength: true, maxLength: 13, nullable: true),
                    put_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    put_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_government_bodies", x => x.juristic_id);
                });

            migrationBuilder.CreateTable(
                name: "government_decisions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    application_id = table.Column<Guid>(type: "uuid", nullable: true),
                    juristic_id = table.Column<string>(type: "character(13)", fixedLength: true, maxLength: 13, nullable: true),
                    outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reasons = table.Column<List<string>>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_government_decisions", x => x.id);
                    table.ForeignKey(
                        name: "fk_government_decisions_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "holidays",
                columns: table => new
                {
                    date = table.Column<DateOnly>(type: "date", nullable: false),
                    name_th = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    name_en = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    removed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    changed_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_holidays", x => x.date);
                });

            migrationBuilder.CreateTable(
                name: "letters",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    application_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    size = table.Column<int>(type: "integer", nullable: false),
                    sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    attached_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attached_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_letters", x => x.id);
                    table.ForeignKey(
                        name: "fk_letters_applications_application_id",
                        column: x => x.application_id,
                        principalTable: "applications",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_memberships_branch_id_agency_id",
                table: "memberships",
                columns: new[] { "branch_id", "agency_id" });

            migrationBuilder.CreateIndex(
                name: "ix_applications_agency_id",
                table: "applications",
                column: "agency_id");

            migrationBuilder.CreateIndex(
                name: "ix_applications_applicant_id_id",
                table: "applications",
                columns: new[] { "applicant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_applications_central_agency_id",
                table: "applications",
                column: "central_agency_id");

            migrationBuilder.CreateIndex(
                name: "ux_applications_open_juristic_id",
                table: "applications",
                column: "juristic_id",
                unique: true,
                filter: "state IN ('Submitted', 'Verified', 'Returned')");

            migrationBuilder.CreateIndex(
                name: "ix_agency_steps_agency_id_id",
                table: "agency_steps",
                columns: new[] { "agency_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_application_steps_application_id_id",
                table: "application_steps",
                columns: new[] { "application_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_branches_agency_id_code",
                table: "branches",
                columns: new[] { "agency_id", "code" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_government_decisions_application_id",
                table: "government_decisions",
                column: "application_id");

            migrationBuilder.CreateIndex(
                name: "ix_government_decisions_outcome_id",
                table: "government_decisions",
                columns: new[] { "outcome", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_letters_application_id_sha256",
                table: "letters",
                columns: new[] { "application_id", "sha256" },
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "fk_applications_agencies_agency_id",
                table: "applications",
                column: "agency_id",
                principalTable: "agencies",
                principalColumn: "id");

            migrationBuilder.AddForeignKey(
                name: "fk_applications_agencies_central_agency_id",
                table: "applications",
                column: "central_agency_id",
                principalTable: "agencies",
                principalColumn: "id");

            migrationBuilder.AddForeignKey(
                name: "fk_memberships_branches_branch_id_agency_id",
                table: "memberships",
                columns: new[] { "branch_id", "agency_id" },
                principalTable: "branches",
                principalColumns: new[] { "id", "agency_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_applications_agencies_agency_id",
                table: "applications");

            migrationBuilder.DropForeignKey(
                name: "fk_applications_agencies_central_agency_id",
                table: "applications");

            migrationBuilder.DropForeignKey(
                name: "fk_memberships_branches_branch_id_agency_id",
                table: "memberships");

            migrationBuilder.DropTable(
                name: "agency_steps");

            migrationBuilder.DropTable(
                name: "application_steps");

            migrationBuilder.DropTable(
                name: "branches");

            migrationBuilder.DropTable(
                name: "government_bodies");

            migrationBuilder.DropTable(
                name: "government_decisions");

            migrationBuilder.DropTable(
                name: "holidays");

            migrationBuilder.DropTable(
                name: "letters");

            migrationBuilder.DropIndex(
                name: "ix_memberships_branch_id_agency_id",
                table: "memberships");

            migrationBuilder.DropIndex(
                name: "ix_applications_agency_id",
                table: "applications");

            migrationBuilder.DropIndex(
                name: "ix_applications_applicant_id_id",
                table: "applications");

            migrationBuilder.DropIndex(
                name: "ix_applications_central_agency_id",
                table: "applications");

            migrationBuilder.DropIndex(
                name: "ux_applications_open_juristic_id",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "address",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "applicant_id",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "caller_addresses",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "central_agency_id",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "datasets",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "doubts",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "endorsed_at",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "endorsed_by",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "official_code",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "phone",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "primary_admin_email",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "primary_admin_hash",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "primary_admin_name",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "service",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "technical_email",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "technical_name",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "technical_phone",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "use",
                table: "applications");

            migrationBuilder.DropColumn(
                name: "state_before_suspension",
                table: "api_clients");

            migrationBuilder.AlterColumn<Guid>(
                name: "submitted_by",
                table: "applications",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "uuid",
                oldNullable: true);

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "submitted_at",
                table: "applications",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)),
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone",
                oldNullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "juristic_id",
                table: "applications",
                type: "character(13)",
                fixedLength: true,
                maxLength: 13,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "character(13)",
                oldFixedLength: true,
                oldMaxLength: 13,
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "ux_applications_open_juristic_id",
                table: "applications",
                column: "juristic_id",
                unique: true,
                filter: "state IN ('Submitted', 'Verified')");
        }
    }
}
