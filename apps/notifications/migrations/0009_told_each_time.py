"""An alarm that is open is told again where it happens to somebody else: each breaking of glass, each account that probes."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION notifications_raise(id uuid, code text, facts jsonb, at timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO notifications_alarm AS a (id, code, facts, since, last_at, times, times_told)
    VALUES ($1, $2, $3, $4, $4, 1, 0)
    ON CONFLICT (code) WHERE ended_at IS NULL
    DO UPDATE SET facts = excluded.facts, last_at = greatest(a.last_at, excluded.last_at), times = a.times + 1{told}
    RETURNING {news}
$$;
"""
# The first look at the same thing goes on being one telling a day: mail that is broken must not alarm about itself.
AGAIN = """,
        told_at = CASE
            WHEN a.code = 'break_glass' THEN NULL
            WHEN a.code = 'probing' AND a.facts ->> 'account' IS DISTINCT FROM excluded.facts ->> 'account' THEN NULL
            ELSE a.told_at
        END"""


class Migration(migrations.Migration):
    """The function that opens alarms."""

    dependencies = [("notifications", "0008_kinds_of_invitation")]
    operations = [
        migrations.RunSQL(
            FUNCTION.format(told=AGAIN, news="a.told_at IS NULL"), FUNCTION.format(told="", news="a.times = 1")
        )
    ]
