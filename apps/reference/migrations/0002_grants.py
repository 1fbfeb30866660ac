"""Vocabularies are open to all who work here: read by all, kept by administrators through the web role."""

from django.db import migrations

from apps.core.rls import openly

TABLES = ("reference_country", "reference_taxon", "reference_specimenterm", "reference_unit", "reference_hscode")


class Migration(migrations.Migration):
    """Grants."""

    dependencies = [("reference", "0001_vocabularies")]
    operations = [migrations.RunSQL(*openly(table, "SELECT, INSERT, UPDATE", "SELECT")) for table in TABLES]
