using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Gdx.LinkageAdapter.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_tokens",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    client_id = table.Column<Guid>(type: "uuid", nullable: false),
                    agent_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    issued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_access_tokens", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    friendly_name = table.Column<string>(type: "text", nullable: true),
                    xml = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "evidence",
                columns: table => new
                {
                    entry_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_id = table.Column<Guid>(type: "uuid", nullable: false),
                    agent_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    channel = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    dataset_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    dataset_version = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    fields = table.Column<string[]>(type: "text[]", nullable: false),
                    purpose = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    @case = table.Column<string>(name: "case", type: "character varying(64)", maxLength: 64, nullable: true),
                    outcome = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    decision = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    decisions_version = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    grant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    answer_status = table.Column<short>(type: "smallint", nullable: false),
                    source_status = table.Column<short>(type: "smallint", nullable: true),
                    total_ms = table.Column<float>(type: "real", nullable: false),
                    source_ms = table.Column<float>(type: "real", nullable: true),
                    trace_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    subject_hash = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evidence", x => x.entry_id);
                });

            migrationBuilder.CreateTable(
                name: "refused_callers",
                columns: table => new
                {
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    caller = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refused_callers", x => new { x.minute, x.reason, x.caller });
                });

            migrationBuilder.CreateTable(
                name: "source_accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    proxy_address = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false),
                    protected_system_user = table.Column<byte[]>(type: "bytea", nullable: false),
                    office_id = table.Column<string>(type: "character varying(5)", maxLength: 5, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false),
                    jobs = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_source_accounts", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_access_tokens_last_used_at",
                table: "access_tokens",
                column: "last_used_at");

            migrationBuilder.CreateIndex(
                name: "ix_evidence_agency_id_entry_id",
                table: "evidence",
                columns: new[] { "agency_id", "entry_id" });

            migrationBuilder.CreateIndex(
                name: "ix_evidence_trace_id",
                table: "evidence",
                column: "trace_id");

            migrationBuilder.CreateIndex(
                name: "ix_source_accounts_agency_id_source",
                table: "source_accounts",
                columns: new[] { "agency_id", "source" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "access_tokens");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "evidence");

            migrationBuilder.DropTable(
                name: "refused_callers");

            migrationBuilder.DropTable(
                name: "source_accounts");
        }
    }
}
