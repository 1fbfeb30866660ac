"""Other names of countries, units and terms: what people call them. The files' own come with the next load."""

import django.contrib.postgres.fields
from django.db import migrations, models


def _names(model: str) -> migrations.AddField:
    field = django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=120),
        blank=True,
        default=list,
        help_text="What people call it: everyday and former names, abbreviations, names in other languages.",
        size=None,
        verbose_name="other names",
    )
    return migrations.AddField(model_name=model, name="names", field=field)


EVERYDAY = migrations.AddField(
    model_name="specimenterm",
    name="everyday",
    field=django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=100),
        blank=True,
        default=list,
        help_text="What people call it. A word may stand under several terms; then somebody has to say which.",
        size=None,
        verbose_name="everyday words",
    ),
)


class Migration(migrations.Migration):
    """Columns only."""

    dependencies = [("reference", "0002_grants")]
    operations = [_names("country"), _names("unit"), EVERYDAY]
