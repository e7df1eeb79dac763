"""The row that visitors find a business by gets a name of its own; its table keeps its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_search")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Entry", "DirectoryEntry"),
                migrations.AlterModelTable("DirectoryEntry", "directory_entry"),
                migrations.AlterModelOptions(
                    "DirectoryEntry",
                    {
                        "verbose_name": "directory entry",
                        "verbose_name_plural": "directory entries",
                    },
                ),
            ]
        )
    ]
