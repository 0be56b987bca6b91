using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Identity.Data.Migrations
{
    /// <inheritdoc />
    public partial class ApiClientKeeping : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "algorithm",
                table: "signing_keys",
                type: "character varying(8)",
                maxLength: 8,
                nullable: false,
                defaultValue: "RS256");

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

            migrationBuilder.CreateIndex(
                name: "ix_api_clients_expires_at",
                table: "api_clients",
                column: "expires_at",
                filter: "expires_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_secret_guesses_since",
                table: "secret_guesses",
                column: "since");

            migrationBuilder.CreateIndex(
                name: "ix_used_assertions_expires_at",
                table: "used_assertions",
                column: "expires_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_client_uses");

            migrationBuilder.DropTable(
                name: "secret_guesses");

            migrationBuilder.DropTable(
                name: "used_assertions");

            migrationBuilder.DropIndex(
                name: "ix_api_clients_expires_at",
                table: "api_clients");

            migrationBuilder.DropColumn(
                name: "algorithm",
                table: "signing_keys");

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
        }
    }
}
