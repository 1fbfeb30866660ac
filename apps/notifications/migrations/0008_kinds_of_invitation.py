"""Notices of invitations: to the second administrator who is to confirm one, and to the agency."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two kinds of notices."""

    dependencies = [
        ("notifications", "0007_more_alarms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("REFERRAL_OPENED", "A report asks something of your agency"),
                    ("REFERRAL_FOR_INFORMATION", "A report is shared with your agency for information"),
                    ("REFERRAL_ANSWERED", "An agency has answered your report"),
                    ("REPORT_WITHDRAWN", "A report has been withdrawn"),
                    ("NO_LIAISON", "Something waits for an agency that has no active liaison officer"),
                    ("PASSING_ASKED", "An agency has asked to pass your report on"),
                    ("PASSING_ANSWERED", "Your agency's request to pass a report on has been answered"),
                    ("BREAK_GLASS", "Platform administrators have opened a report of your agency by break-glass"),
                    ("PROBING", "An account of your agency has asked for more than its work explains"),
                    ("INVITATION_WAITS", "An invitation waits for a second administrator"),
                    ("INVITED", "Somebody is invited to open an account of your agency"),
                    ("ALARM", "The service needs an administrator"),
                ],
                max_length=32,
            ),
        ),
    ]
