using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Identity.Data.Migrations
{
    /// <inheritdoc />
    public partial class GettingInFurther : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "name_verified_at",
                table: "people",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "default_purpose",
                table: "api_clients",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "identity_proofs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    return_url = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finish_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    citizen_id_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    subject_hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    birth_year = table.Column<int>(type: "integer", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_identity_proofs", x => x.id);
                    table.ForeignKey(
                        name: "fk_identity_proofs_people_person_id",
                        column: x => x.person_id,
                        principalTable: "people",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_identity_proofs_sessions_session_id",
                        column: x => x.session_id,
                        principalTable: "sessions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_identity_proofs_code_hash",
                table: "identity_proofs",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_identity_proofs_finish_hash",
                table: "identity_proofs",
                column: "finish_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_identity_proofs_person_id",
                table: "identity_proofs",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_identity_proofs_session_id",
                table: "identity_proofs",
                column: "session_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "identity_proofs");

            migrationBuilder.DropColumn(
                name: "name_verified_at",
                table: "people");

            migrationBuilder.DropColumn(
                name: "default_purpose",
                table: "api_clients");
        }
    }
}
