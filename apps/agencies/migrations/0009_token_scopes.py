"""What an API token may do: those that were made before do all that their account may, as they did."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Scopes."""

    dependencies = [("agencies", "0008_confirmed_invitations")]
    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="scope",
            field=models.CharField(
                choices=[("READ", "Reads only"), ("ALL", "All that the account may")],
                db_default="ALL",
                default="ALL",
                max_length=4,
            ),
        ),
    ]
