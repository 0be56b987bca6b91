using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Gdx.Catalog.Data.Migrations
{
    /// <inheritdoc />
    public partial class Dictionary : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.AddColumn<bool>(
                name: "changed_by_people",
                table: "field",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "codes",
                table: "field",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "description_en",
                table: "field",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "description_th",
                table: "field",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "field",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "published_at",
                table: "dataset",
                type: "timestamp with time zone",
                nullable: true,
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone");

            migrationBuilder.AddColumn<List<string>>(
                name: "announced_breaks",
                table: "dataset",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<List<string>>(
                name: "changed_by_people",
                table: "dataset",
                type: "text[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "classification",
                table: "dataset",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Secret");

            migrationBuilder.AddColumn<string>(
                name: "contact_mail",
                table: "dataset",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "contact_name",
                table: "dataset",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "contact_phone",
                table: "dataset",
                type: "character varying(50)",
                maxLength: 50,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "description_en",
                table: "dataset",
                type: "character varying(2000)",
                maxLength: 2000,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "description_th",
                table: "dataset",
                type: "character varying(2000)",
                maxLength: 2000,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<List<Guid>>(
                name: "editors",
                table: "dataset",
                type: "uuid[]",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "ends_at",
                table: "dataset",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "etag",
                table: "dataset",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddColumn<string>(
                name: "freshness_en",
                table: "dataset",
                type: "character varying(500)",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "freshness_th",
                table: "dataset",
                type: "character varying(500)",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "metadata",
                table: "dataset",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<int>(
                name: "number",
                table: "dataset",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<Guid>(
                name: "owner_agency_id",
                table: "dataset",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "procedure_id",
                table: "dataset",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "proposed_at",
                table: "dataset",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "published_by",
                table: "dataset",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "dataset",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "dataset",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "source_en",
                table: "dataset",
                type: "character varying(500)",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "source_th",
                table: "dataset",
                type: "character varying(500)",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "dataset",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Published");

            migrationBuilder.AddColumn<string>(
                name: "successor_version",
                table: "dataset",
                type: "character varying(8)",
                maxLength: 8,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "data_offer",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    slug = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    content = table.Column<string>(type: "jsonb", nullable: false, defaultValueSql: "'[]'"),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    revised_by = table.Column<Guid>(type: "uuid", nullable: true),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    offered_by = table.Column<Guid>(type: "uuid", nullable: false),
                    offered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    order = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    declined_because = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    decided_by = table.Column<Guid>(type: "uuid", nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    retracted_by = table.Column<Guid>(type: "uuid", nullable: true),
                    retracted_because = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    push = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    on_catalog = table.Column<bool>(type: "boolean", nullable: false),
                    push_attempts = table.Column<int>(type: "integer", nullable: false),
                    next_push_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lease = table.Column<Guid>(type: "uuid", nullable: true),
                    push_error = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    push_failed = table.Column<bool>(type: "boolean", nullable: false),
                    proposed_times = table.Column<List<DateTimeOffset>>(type: "timestamp with time zone[]", nullable: false),
                    proposed_by_operator = table.Column<bool>(type: "boolean", nullable: false),
                    agreed_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    notes = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    dataset_slug = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    dataset_version = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_offer", x => x.id);
                    table.CheckConstraint("ck_data_offer_four_eyes", "decided_by IS NULL OR (decided_by <> offered_by AND decided_by IS DISTINCT FROM revised_by)");
                });

            migrationBuilder.CreateTable(
                name: "data_request",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    what = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    responsible_agency = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    responsible_agency_id = table.Column<Guid>(type: "uuid", nullable: true),
                    needed_for = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    agency_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_by = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    order = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    answered_slug = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    answered_version = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    declined_because = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    handled_by = table.Column<Guid>(type: "uuid", nullable: true),
                    handled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    merged_into = table.Column<Guid>(type: "uuid", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_request", x => x.id);
                    table.CheckConstraint("ck_data_request_merged", "merged_into <> id");
                    table.ForeignKey(
                        name: "fk_data_request_data_request_merged_into",
                        column: x => x.merged_into,
                        principalTable: "data_request",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "dataset_happening",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    dataset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<Guid>(type: "uuid", nullable: true),
                    what = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    note = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dataset_happening", x => x.id);
                    table.ForeignKey(
                        name: "fk_dataset_happening_dataset_dataset_id",
                        column: x => x.dataset_id,
                        principalTable: "dataset",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "dataset_service",
                columns: table => new
                {
                    dataset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    number = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    method = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    path = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    note_th = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    note_en = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dataset_service", x => new { x.dataset_id, x.position });
                    table.ForeignKey(
                        name: "fk_dataset_service_dataset_dataset_id",
                        column: x => x.dataset_id,
                        principalTable: "dataset",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_field_search_text",
                table: "field",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" })
                .Annotation("Npgsql:StorageParameter:fastupdate", false);

            migrationBuilder.CreateIndex(
                name: "ix_dataset_ending",
                table: "dataset",
                column: "ends_at",
                filter: "state = 'Deprecated'");

            migrationBuilder.CreateIndex(
                name: "ix_dataset_one_draft",
                table: "dataset",
                column: "slug",
                unique: true,
                filter: "state = 'Draft'");

            migrationBuilder.CreateIndex(
                name: "ix_dataset_search_text",
                table: "dataset",
                column: "search_text")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" })
                .Annotation("Npgsql:StorageParameter:fastupdate", false);

            migrationBuilder.AddCheckConstraint(
                name: "ck_dataset_end",
                table: "dataset",
                sql: "state NOT IN ('Deprecated', 'Retired') OR ends_at IS NOT NULL");

            migrationBuilder.AddCheckConstraint(
                name: "ck_dataset_four_eyes",
                table: "dataset",
                sql: "published_by IS NULL OR NOT (published_by = ANY (editors))");

            migrationBuilder.CreateIndex(
                name: "ix_data_offer_agency_id_order",
                table: "data_offer",
                columns: new[] { "agency_id", "order" });

            migrationBuilder.CreateIndex(
                name: "ix_data_offer_order",
                table: "data_offer",
                column: "order",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_data_offer_slug",
                table: "data_offer",
                column: "slug",
                unique: true,
                filter: "slug <> ''");

            migrationBuilder.CreateIndex(
                name: "ix_data_offer_waiting",
                table: "data_offer",
                column: "next_push_at",
                filter: "push <> 'Nothing' AND NOT push_failed");

            migrationBuilder.CreateIndex(
                name: "ix_data_request_agency_id_order",
                table: "data_request",
                columns: new[] { "agency_id", "order" });

            migrationBuilder.CreateIndex(
                name: "ix_data_request_merged_into",
                table: "data_request",
                column: "merged_into");

            migrationBuilder.CreateIndex(
                name: "ix_data_request_order",
                table: "data_request",
                column: "order",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dataset_happening_dataset_id_id",
                table: "dataset_happening",
                columns: new[] { "dataset_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "data_offer");

            migrationBuilder.DropTable(
                name: "data_request");

            migrationBuilder.DropTable(
                name: "dataset_happening");

            migrationBuilder.DropTable(
                name: "dataset_service");

            migrationBuilder.DropIndex(
                name: "ix_field_search_text",
                table: "field");

            migrationBuilder.DropIndex(
                name: "ix_dataset_ending",
                table: "dataset");

            migrationBuilder.DropIndex(
                name: "ix_dataset_one_draft",
                table: "dataset");

            migrationBuilder.DropIndex(
                name: "ix_dataset_search_text",
                table: "dataset");

            migrationBuilder.DropCheckConstraint(
                name: "ck_dataset_end",
                table: "dataset");

            migrationBuilder.DropCheckConstraint(
                name: "ck_dataset_four_eyes",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "changed_by_people",
                table: "field");

            migrationBuilder.DropColumn(
                name: "codes",
                table: "field");

            migrationBuilder.DropColumn(
                name: "description_en",
                table: "field");

            migrationBuilder.DropColumn(
                name: "description_th",
                table: "field");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "field");

            migrationBuilder.DropColumn(
                name: "announced_breaks",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "changed_by_people",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "classification",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "contact_mail",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "contact_name",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "contact_phone",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "description_en",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "description_th",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "editors",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "ends_at",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "etag",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "freshness_en",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "freshness_th",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "metadata",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "number",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "owner_agency_id",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "procedure_id",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "proposed_at",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "published_by",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "source_en",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "source_th",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "state",
                table: "dataset");

            migrationBuilder.DropColumn(
                name: "successor_version",
                table: "dataset");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            migrationBuilder.AlterColumn<DateTimeOffset>(
                name: "published_at",
                table: "dataset",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)),
                oldClrType: typeof(DateTimeOffset),
                oldType: "timestamp with time zone",
                oldNullable: true);
        }
    }
}
