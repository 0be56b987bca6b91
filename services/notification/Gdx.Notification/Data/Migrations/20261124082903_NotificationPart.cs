using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gdx.Notification.Data.Migrations
{
    /// <inheritdoc />
    public partial class NotificationPart : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {

        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {

        }
    }
}
