"""Row-level security of labels and grants (DESIGN §8)."""

from django.db import migrations

from apps.core.rls import TOKENS, wall
from apps.sharing.rls import OWN, VISIBLE

# An originator never changes, and only a submission moves a label to another position.
LABEL_COLUMNS = (
    "stage, tlp, law_enforcement_only, handling, handling_note, named, withheld, passed_on, operation, counterparts,"
    " audience, position, search"
)
LABEL = {"SELECT": VISIBLE, "INSERT": OWN, "UPDATE": OWN, "DELETE": f"{OWN} AND stage = 'DRAFT'"}
# One's own row explains why one reads; all rows are the originator's alone. Labels never read grants: no circle.
GRANT = {
    "SELECT": f"{OWN} OR token = ANY ({TOKENS})",
    "INSERT": OWN,
    "UPDATE": OWN,
    "DELETE": f"{OWN} AND EXISTS (SELECT 1 FROM sharing_label l WHERE l.id = label_id AND l.stage = 'DRAFT')",  # noqa: S608
}


class Migration(migrations.Migration):
    """Walls."""

    dependencies = [("sharing", "0001_labels"), ("agencies", "0002_walls")]
    operations = [
        migrations.RunSQL(*wall("sharing_label", LABEL, f"SELECT, INSERT, DELETE, UPDATE ({LABEL_COLUMNS})")),
        migrations.RunSQL(*wall("sharing_grant", GRANT, "SELECT, INSERT, DELETE, UPDATE (revoked_at)")),
    ]
