"""What a list begins with, as one function of the role that searches; the search itself moves to where reports are.

Left to the planner the merge was sorted instead of read in order (it takes what a token's grants let through for rare: at
200,000 labels 440 ms, and 5 s for a reader of many tokens; in order 2 ms). And behind the walls each grant asked its label
twice. The function asks the label itself, with tokens from the setting and never from a parameter.
"""

from django.db import migrations

from apps.core.rls import AGENCY, TOKENS
from apps.sharing.rls import VISIBLE

NEWEST = f"""
CREATE FUNCTION sharing_newest(after uuid, before uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 51 SET search_path = pg_catalog, public, pg_temp
SET enable_sort = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    SELECT DISTINCT place FROM (
        SELECT page.place FROM unnest({TOKENS}) AS reader(token) CROSS JOIN LATERAL (
            SELECT DISTINCT g.position AS place FROM sharing_grant g JOIN sharing_label l ON l.id = g.label_id
            WHERE g.token = reader.token AND g.revoked_at IS NULL AND g.position >= after AND g.position < before
                AND l.audience && {TOKENS} AND NOT l.withheld && {TOKENS}
            ORDER BY g.position DESC LIMIT most
        ) AS page
        UNION ALL (
            SELECT d.position FROM sharing_label d
            WHERE d.originator_id = {AGENCY} AND d.stage = 'DRAFT' AND d.position >= after AND d.position < before
                AND d.audience && {TOKENS} AND NOT d.withheld && {TOKENS}
            ORDER BY d.position DESC LIMIT most
        )
    ) AS merged ORDER BY place DESC LIMIT most
$$;
REVOKE ALL ON FUNCTION sharing_newest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sharing_newest TO counterpart_web;
GRANT SELECT (id, originator_id, stage) ON sharing_label TO counterpart_search;
GRANT SELECT (label_id, token, position, revoked_at) ON sharing_grant TO counterpart_search;
CREATE POLICY search ON sharing_grant FOR SELECT TO counterpart_search USING (true);
GRANT CREATE ON SCHEMA public TO counterpart_search;
ALTER FUNCTION sharing_newest OWNER TO counterpart_search;
REVOKE CREATE ON SCHEMA public FROM counterpart_search;
"""  # noqa: S608  # nosec B608 - constants of ours; what is asked comes in as values
GONE = """
DROP FUNCTION sharing_newest;
DROP POLICY search ON sharing_grant;
REVOKE ALL ON sharing_grant FROM counterpart_search;
REVOKE SELECT (id, originator_id, stage) ON sharing_label FROM counterpart_search;
"""
# As 0004 made it, for the way back.
FOUND = f"""
CREATE FUNCTION sharing_found(words text, after uuid, before uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT position FROM sharing_label
    WHERE {VISIBLE} AND search @@ websearch_to_tsquery('simple', words)
        AND sharing_label.position >= after AND sharing_label.position < before
    ORDER BY sharing_label.position DESC LIMIT most
$$;
REVOKE ALL ON FUNCTION sharing_found FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sharing_found TO counterpart_web;
GRANT CREATE ON SCHEMA public TO counterpart_search;
ALTER FUNCTION sharing_found OWNER TO counterpart_search;
REVOKE CREATE ON SCHEMA public FROM counterpart_search;
"""  # noqa: S608  # nosec B608 - constants of ours; what is asked comes in as values


class Migration(migrations.Migration):
    """The first page of everybody."""

    dependencies = [("sharing", "0006_grants_of_visible_labels")]
    operations = [
        migrations.RunSQL(NEWEST, GONE),
        migrations.RunSQL("DROP FUNCTION sharing_found", FOUND),
    ]
