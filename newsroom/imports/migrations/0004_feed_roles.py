"""Who may do what with feeds, and with what was rejected."""

from django.db import migrations

from newsroom.accounts.roles import granting

EDITOR = ("imports.view_feed", "imports.change_rejection")
ADMINISTRATOR = (*EDITOR, "imports.add_feed", "imports.change_feed", "imports.delete_feed")
GRANTS = {
    "editor": EDITOR,
    "administrator": ADMINISTRATOR,
    # For the API: asking a feed is starting an import.
    "import client": ("imports.view_feed",),
}


class Migration(migrations.Migration):

    dependencies = [
        ("imports", "0003_batches"),
        ("claims", "0002_roles"),
    ]

    operations = [granting(GRANTS)]
