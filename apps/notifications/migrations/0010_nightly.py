"""The alarm of nightly checks that are late, and when grants and policy last agreed."""

from django.db import migrations, models

CODES = (
    "dead_letters",
    "oldest_unsent",
    "relay_lag",
    "no_beat",
    "audit_chain",
    "audit_seal",
    "grants",
    "ledger",
    "probing",
    "break_glass",
    "backup",
    "unreadable",
    "old_keys",
    "nightly",
)


class Migration(migrations.Migration):
    """Codes and beats."""

    dependencies = [("notifications", "0009_told_each_time")]
    operations = [
        migrations.AlterField(
            model_name="alarm",
            name="code",
            field=models.CharField(choices=[(code, code) for code in CODES], max_length=32),
        ),
        migrations.AlterField(
            model_name="pulse",
            name="name",
            field=models.CharField(
                choices=[(name, name) for name in ("watch", "trail", "ledger", "grants", "backup")],
                max_length=16,
                primary_key=True,
                serialize=False,
            ),
        ),
    ]
