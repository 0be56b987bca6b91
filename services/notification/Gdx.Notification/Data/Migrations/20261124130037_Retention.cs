using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Notification.Data.Migrations
{
    /// <inheritdoc />
    public partial class Retention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_inbox_facts_caused_by",
                table: "inbox");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "retried_at",
                table: "facts",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "retried_by",
                table: "facts",
                type: "uuid",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "retried_at",
                table: "facts");

            migrationBuilder.DropColumn(
                name: "retried_by",
                table: "facts");

            migrationBuilder.AddForeignKey(
                name: "fk_inbox_facts_caused_by",
                table: "inbox",
                column: "caused_by",
                principalTable: "facts",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }
    }
}
