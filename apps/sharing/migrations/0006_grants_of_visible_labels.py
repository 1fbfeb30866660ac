"""A grant is seen by whoever sees its label: a group's token alone would show an agency that something is withheld from it."""

from django.db import migrations

from apps.core.rls import TOKENS
from apps.sharing.rls import OWN, of_label

TOKEN = f"{OWN} OR token = ANY ({TOKENS})"


def _seen_where(condition: str) -> str:
    return f"ALTER POLICY web_select ON sharing_grant USING ({condition})"


class Migration(migrations.Migration):
    """Grants behind the wall of their labels."""

    dependencies = [("sharing", "0005_fewer_grant_indexes")]
    operations = [migrations.RunSQL(_seen_where(f"({TOKEN}) AND {of_label('label_id')}"), _seen_where(TOKEN))]
