"""The search: one function that reads who asks from the setting, owned by a role that nobody logs in as (DESIGN §8).

By policy alone the index gives the audience and not the words, because ``@@`` is not leakproof: 105 ms for a rare word at a
million labels where this takes 1.
"""

from django.db import migrations

from apps.sharing.rls import VISIBLE

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
GRANT SELECT (position, audience, withheld, search) ON sharing_label TO counterpart_search;
CREATE POLICY search ON sharing_label FOR SELECT TO counterpart_search USING (true);
GRANT CREATE ON SCHEMA public TO counterpart_search;
ALTER FUNCTION sharing_found OWNER TO counterpart_search;
REVOKE CREATE ON SCHEMA public FROM counterpart_search;
"""  # noqa: S608 - our own words, at migration
GONE = """
DROP POLICY search ON sharing_label;
REVOKE ALL ON sharing_label FROM counterpart_search;
DROP FUNCTION sharing_found;
"""


class Migration(migrations.Migration):
    """Search."""

    dependencies = [("sharing", "0003_unshared_labels")]
    operations = [migrations.RunSQL(FOUND, GONE)]
