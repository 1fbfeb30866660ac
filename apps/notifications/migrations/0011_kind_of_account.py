"""Notices of an account that lets somebody in again, or in to more: to those who answer for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A kind of notices."""

    dependencies = [
        ("notifications", "0010_nightly"),
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
                    ("ACCOUNT_CHANGED", "An account was opened again, given a role or had its sign-in reset"),
                    ("ALARM", "The service needs an administrator"),
                ],
                max_length=32,
            ),
        ),
    ]
