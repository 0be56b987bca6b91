using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Identity.Data.Migrations
{
    /// <inheritdoc />
    public partial class GettingIn : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ux_applications_open_juristic_id",
                table: "applications");

            migrationBuilder.AddColumn<string>(
                name: "algorithm",
                table: "signing_keys",
                type: "character varying(8)",
                maxLength: 8,
                nullable: false,
                defaultValue: "RS256");

            migrationBuilder.AlterColumn<byte[]>(
                name: "citizen_id_hash",
                table: "people",
                type: "bytea",
                nullable: true,
                oldClrType: typeof(byte[]),
                oldType: "bytea");

            migrationBuilder.AddColumn<int>(
                name: "birth_year",
                table: "people",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "citizen_verified_at",
                table: "people",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "citizen_verified_by",
                table: "people",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email",
                table: "people",
                type: "character varying(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "merged_into_id",
                table: "people",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name_en",
                table: "people",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "name_th",
                table: "people",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "people",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

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

            migrationBuilder.AddColumn<List<string>>(
                name: "caller_addresses",
                table: "api_clients",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "expires_at",
                table: "api_clients",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "expiry_warned",
                table: "api_clients",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "keys",
                table: "api_clients",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "old_secret_ends_at",
                table: "api_clients",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "old_secret_hash",
                table: "api_clients",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "rotation_ends_at",
                table: "api_clients",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "secret_generation",
                table: "api_clients",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "state_before_suspension",
                table: "api_clients",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "approved_at",
                table: "agencies",
                type: "timestamp with time zone",
                nullable: true,
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone");

            migrationBuilder.AddColumn<string>(
                name: "address",
                table: "agencies",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "central_agency_id",
                table: "agencies",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email",
                table: "agencies",
                type: "character varying(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "official_code",
                table: "agencies",
                type: "character varying(5)",
                maxLength: 5,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "phone",
                table: "agencies",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "agencies",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "agencies",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

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
                name: "api_client_uses",
                columns: table => new
                {
                    api_client_id = table.Column<Guid>(type: "uuid", nullable: false),
                    secret_generation = table.Column<int>(type: "integer", nullable: false),
                    agent_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_client_uses", x => new { x.api_client_id, x.secret_generation, x.agent_id });
                    table.ForeignKey(
                        name: "fk_api_client_uses_api_clients_api_client_id",
                        column: x => x.api_client_id,
                        principalTable: "api_clients",
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
                name: "external_logins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    subject_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    first_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_external_logins", x => x.id);
                    table.ForeignKey(
                        name: "fk_external_logins_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
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

            migrationBuilder.CreateTable(
                name: "operator_links",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    issued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    used_by = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operator_links", x => x.id);
                    table.ForeignKey(
                        name: "fk_operator_links_agencies_agency_id",
                        column: x => x.agency_id,
                        principalTable: "agencies",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_operator_links_people_used_by",
                        column: x => x.used_by,
                        principalTable: "people",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "pin_setups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    pepper_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    issued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    issued_by = table.Column<Guid>(type: "uuid", nullable: false),
                    issued_at_agency = table.Column<Guid>(type: "uuid", nullable: false),
                    issued_at_branch = table.Column<Guid>(type: "uuid", nullable: true),
                    wrong_tries = table.Column<int>(type: "integer", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pin_setups", x => x.id);
                    table.ForeignKey(
                        name: "fk_pin_setups_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pin_unlocks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    locked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    unlocked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    unlocked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    unlocked_at_agency = table.Column<Guid>(type: "uuid", nullable: false),
                    unlocked_at_branch = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pin_unlocks", x => x.id);
                    table.ForeignKey(
                        name: "fk_pin_unlocks_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pins",
                columns: table => new
                {
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    pin_id = table.Column<Guid>(type: "uuid", nullable: false),
                    salt = table.Column<byte[]>(type: "bytea", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    pepper_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    set_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    wrong_tries = table.Column<int>(type: "integer", nullable: false),
                    locked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pins", x => x.person_id);
                    table.ForeignKey(
                        name: "fk_pins_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "secret_guesses",
                columns: table => new
                {
                    target = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_secret_guesses", x => x.target);
                });

            migrationBuilder.CreateTable(
                name: "used_assertions",
                columns: table => new
                {
                    api_client_id = table.Column<Guid>(type: "uuid", nullable: false),
                    id_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_used_assertions", x => new { x.api_client_id, x.id_hash });
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    branch_id = table.Column<Guid>(type: "uuid", nullable: true),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    roles = table.Column<List<string>>(type: "text[]", nullable: false),
                    menus = table.Column<List<string>>(type: "text[]", nullable: false),
                    is_primary_admin = table.Column<bool>(type: "boolean", nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_by = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_memberships", x => x.id);
                    table.ForeignKey(
                        name: "fk_memberships_agencies_agency_id",
                        column: x => x.agency_id,
                        principalTable: "agencies",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_memberships_branches_branch_id_agency_id",
                        columns: x => new { x.branch_id, x.agency_id },
                        principalTable: "branches",
                        principalColumns: new[] { "id", "agency_id" });
                    table.ForeignKey(
                        name: "fk_memberships_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "membership_steps",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    membership_id = table.Column<Guid>(type: "uuid", nullable: false),
                    act = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    roles = table.Column<List<string>>(type: "text[]", nullable: false),
                    menus = table.Column<List<string>>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_membership_steps", x => x.id);
                    table.ForeignKey(
                        name: "fk_membership_steps_memberships_membership_id",
                        column: x => x.membership_id,
                        principalTable: "memberships",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "operator_role_grants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    membership_id = table.Column<Guid>(type: "uuid", nullable: false),
                    role = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    asked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    withdrawn_by = table.Column<Guid>(type: "uuid", nullable: true),
                    withdrawn_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    withdrawn_because = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_operator_role_grants", x => x.id);
                    table.ForeignKey(
                        name: "fk_operator_role_grants_memberships_membership_id",
                        column: x => x.membership_id,
                        principalTable: "memberships",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "primary_admin_changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    old_membership_id = table.Column<Guid>(type: "uuid", nullable: true),
                    new_membership_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    asked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_primary_admin_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_primary_admin_changes_agencies_agency_id",
                        column: x => x.agency_id,
                        principalTable: "agencies",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_primary_admin_changes_memberships_new_membership_id",
                        column: x => x.new_membership_id,
                        principalTable: "memberships",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_primary_admin_changes_memberships_old_membership_id",
                        column: x => x.old_membership_id,
                        principalTable: "memberships",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    membership_id = table.Column<Guid>(type: "uuid", nullable: true),
                    provider = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_because = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    step_up_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ticket = table.Column<int>(type: "integer", nullable: false),
                    provider_token = table.Column<byte[]>(type: "bytea", nullable: true),
                    revision = table.Column<long>(type: "bigint", nullable: false, defaultValue: 0L),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sessions", x => x.id);
                    table.ForeignKey(
                        name: "fk_sessions_memberships_membership_id",
                        column: x => x.membership_id,
                        principalTable: "memberships",
                        principalColumn: "id");
                    table.ForeignKey(
                        name: "fk_sessions_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_people_merged_into_id",
                table: "people",
                column: "merged_into_id");

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
                name: "ix_api_clients_expires_at",
                table: "api_clients",
                column: "expires_at",
                filter: "expires_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_agencies_central_agency_id",
                table: "agencies",
                column: "central_agency_id");

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
                name: "ix_external_logins_person_id",
                table: "external_logins",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_external_logins_provider_subject_hash",
                table: "external_logins",
                columns: new[] { "provider", "subject_hash" },
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

            migrationBuilder.CreateIndex(
                name: "ix_letters_attached_by_attached_at",
                table: "letters",
                columns: new[] { "attached_by", "attached_at" });

            migrationBuilder.CreateIndex(
                name: "ix_membership_steps_membership_id_id",
                table: "membership_steps",
                columns: new[] { "membership_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_memberships_agency_id_state_id",
                table: "memberships",
                columns: new[] { "agency_id", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_memberships_branch_id_agency_id",
                table: "memberships",
                columns: new[] { "branch_id", "agency_id" });

            migrationBuilder.CreateIndex(
                name: "ix_memberships_person_id_id",
                table: "memberships",
                columns: new[] { "person_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_memberships_open",
                table: "memberships",
                columns: new[] { "person_id", "agency_id" },
                unique: true,
                filter: "state IN ('Waiting', 'Active', 'Suspended')");

            migrationBuilder.CreateIndex(
                name: "ux_memberships_primary_admin",
                table: "memberships",
                column: "agency_id",
                unique: true,
                filter: "is_primary_admin");

            migrationBuilder.CreateIndex(
                name: "ix_operator_links_agency_id",
                table: "operator_links",
                column: "agency_id");

            migrationBuilder.CreateIndex(
                name: "ix_operator_links_code_hash",
                table: "operator_links",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_operator_links_used_by",
                table: "operator_links",
                column: "used_by");

            migrationBuilder.CreateIndex(
                name: "ix_operator_role_grants_state_id",
                table: "operator_role_grants",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_operator_role_grants_pending",
                table: "operator_role_grants",
                columns: new[] { "membership_id", "role" },
                unique: true,
                filter: "state = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "ux_pin_setups_open",
                table: "pin_setups",
                column: "person_id",
                unique: true,
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_pin_unlocks_person_id",
                table: "pin_unlocks",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_primary_admin_changes_agency_id_id",
                table: "primary_admin_changes",
                columns: new[] { "agency_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_primary_admin_changes_new_membership_id",
                table: "primary_admin_changes",
                column: "new_membership_id");

            migrationBuilder.CreateIndex(
                name: "ix_primary_admin_changes_old_membership_id",
                table: "primary_admin_changes",
                column: "old_membership_id");

            migrationBuilder.CreateIndex(
                name: "ix_primary_admin_changes_state_id",
                table: "primary_admin_changes",
                columns: new[] { "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ux_primary_admin_changes_pending",
                table: "primary_admin_changes",
                column: "agency_id",
                unique: true,
                filter: "state = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "ix_secret_guesses_since",
                table: "secret_guesses",
                column: "since");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_alive",
                table: "sessions",
                column: "person_id",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_ended_at",
                table: "sessions",
                column: "ended_at",
                filter: "ended_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_membership_id",
                table: "sessions",
                column: "membership_id");

            migrationBuilder.CreateIndex(
                name: "ix_sessions_revision",
                table: "sessions",
                column: "revision",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_used_assertions_expires_at",
                table: "used_assertions",
                column: "expires_at");

            migrationBuilder.AddForeignKey(
                name: "fk_agencies_agencies_central_agency_id",
                table: "agencies",
                column: "central_agency_id",
                principalTable: "agencies",
                principalColumn: "id");

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
                name: "fk_people_people_merged_into_id",
                table: "people",
                column: "merged_into_id",
                principalTable: "people",
                principalColumn: "id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_agencies_agencies_central_agency_id",
                table: "agencies");

            migrationBuilder.DropForeignKey(
                name: "fk_applications_agencies_agency_id",
                table: "applications");

            migrationBuilder.DropForeignKey(
                name: "fk_applications_agencies_central_agency_id",
                table: "applications");

            migrationBuilder.DropForeignKey(
                name: "fk_people_people_merged_into_id",
                table: "people");

            migrationBuilder.DropTable(
                name: "agency_steps");

            migrationBuilder.DropTable(
                name: "api_client_uses");

            migrationBuilder.DropTable(
                name: "application_steps");

            migrationBuilder.DropTable(
                name: "external_logins");

            migrationBuilder.DropTable(
                name: "government_bodies");

            migrationBuilder.DropTable(
                name: "government_decisions");

            migrationBuilder.DropTable(
                name: "holidays");

            migrationBuilder.DropTable(
                name: "letters");

            migrationBuilder.DropTable(
                name: "membership_steps");

            migrationBuilder.DropTable(
                name: "operator_links");

            migrationBuilder.DropTable(
                name: "operator_role_grants");

            migrationBuilder.DropTable(
                name: "pin_setups");

            migrationBuilder.DropTable(
                name: "pin_unlocks");

            migrationBuilder.DropTable(
                name: "pins");

            migrationBuilder.DropTable(
                name: "primary_admin_changes");

            migrationBuilder.DropTable(
                name: "secret_guesses");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "used_assertions");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "branches");

            migrationBuilder.DropIndex(
                name: "ix_people_merged_into_id",
                table: "people");

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

            migrationBuilder.DropIndex(
                name: "ix_api_clients_expires_at",
                table: "api_clients");

            migrationBuilder.DropIndex(
                name: "ix_agencies_central_agency_id",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "algorithm",
                table: "signing_keys");

            migrationBuilder.DropColumn(
                name: "birth_year",
                table: "people");

            migrationBuilder.DropColumn(
                name: "citizen_verified_at",
                table: "people");

            migrationBuilder.DropColumn(
                name: "citizen_verified_by",
                table: "people");

            migrationBuilder.DropColumn(
                name: "email",
                table: "people");

            migrationBuilder.DropColumn(
                name: "merged_into_id",
                table: "people");

            migrationBuilder.DropColumn(
                name: "name_en",
                table: "people");

            migrationBuilder.DropColumn(
                name: "name_th",
                table: "people");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "people");

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
                name: "caller_addresses",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "expires_at",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "expiry_warned",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "keys",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "old_secret_ends_at",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "old_secret_hash",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "rotation_ends_at",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "secret_generation",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "state_before_suspension",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "address",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "central_agency_id",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "email",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "official_code",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "phone",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "state",
                table: "agencies");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "agencies");

            migrationBuilder.AlterColumn<byte[]>(
                name: "citizen_id_hash",
                table: "people",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0],
                oldClrType: typeof(byte[]),
                oldType: "bytea",
                oldNullable: true);

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

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "approved_at",
                table: "agencies",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)),
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone",
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
