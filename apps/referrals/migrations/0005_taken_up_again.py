"""What is taken up again is due anew: its time to answer begins with that answer."""

from typing import ClassVar

from django.db import migrations

GRANTED = "GRANT UPDATE (due_at) ON referrals_referral TO counterpart_web"
REVOKED = "REVOKE UPDATE (due_at) ON referrals_referral FROM counterpart_web"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("referrals", "0004_passings")]
    operations: ClassVar = [migrations.RunSQL(GRANTED, REVOKED)]
