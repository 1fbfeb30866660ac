"""Platform administrators read the trail in their pages; nobody else's request sees a line of it."""

from django.db import migrations

from apps.core.rls import for_staff


class Migration(migrations.Migration):
    """Grants."""

    dependencies = [("audit", "0001_chain")]
    operations = [migrations.RunSQL(*for_staff("audit_entry", "SELECT", worker=""))]
