using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Entitlement.Data.Migrations
{
    /// <inheritdoc />
    public partial class Rights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
