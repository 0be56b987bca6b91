using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.LinkageAdapter.Data.Migrations
{
    /// <inheritdoc />
    public partial class Budgets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "budget_subject",
                columns: table => new
                {
                    scope = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    subject_hash = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget_subject", x => new { x.scope, x.day, x.subject_hash });
                });

            migrationBuilder.CreateTable(
                name: "budget_use",
                columns: table => new
                {
                    scope = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    calls = table.Column<long>(type: "bigint", nullable: false),
                    subjects = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_budget_use", x => new { x.scope, x.day });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "budget_subject");

            migrationBuilder.DropTable(
                name: "budget_use");
        }
    }
}
