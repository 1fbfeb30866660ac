"""The search: one function that finds reports by words and rows, owned by a role that nobody logs in as (DESIGN §8).

Behind the walls each row of an index asks for its label before it counts, and words can't be asked of an index at all
(``@@`` is not leakproof): at 200,000 labels up to seconds. Here the planner sees plain conditions, only those that are
asked. Who asks is read from the setting and never from a parameter, and what comes back are positions, which the list
looks up behind both walls.
"""

from django.db import migrations

from apps.core.rls import AGENCY, TOKENS

COLUMNS = {
    "reports_report": "id, label_id, kind, state, reference, title, place_country_id",
    "reports_routestop": "report_id, country_id, part",
    "reports_seizeditem": "report_id, taxon_id",
}
# A tombstone says nothing to others, so nothing of what it said finds it.
TELLING = f"(l.stage <> 'WITHDRAWN' OR l.originator_id = {AGENCY})"
FOUND = f"""
CREATE FUNCTION reports_found(asked jsonb, after uuid, before uuid, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 51 SET search_path = pg_catalog, public, pg_temp AS $f$
DECLARE
    own text := $$l.originator_id = {AGENCY}$$;
    rows text := $$SELECT l.position AS place FROM sharing_label l JOIN reports_report r ON r.label_id = l.id
        WHERE l.audience && {TOKENS} AND NOT l.withheld && {TOKENS} AND l.position >= $2 AND l.position < $3$$;
    stop text := $$EXISTS (SELECT 1 FROM reports_routestop s WHERE s.report_id = r.id$$;
    taxa bigint[];
    ways text[];
BEGIN
    rows := rows || CASE asked ->> 'state'
        WHEN 'DRAFT' THEN $$ AND l.stage <> 'SHARED' AND l.stage = 'DRAFT' AND $$ || own
        WHEN 'SUBMITTED' THEN $$ AND l.stage = 'SHARED'$$
        WHEN 'WITHDRAWN' THEN $$ AND l.stage <> 'SHARED' AND l.stage = 'WITHDRAWN'$$
        ELSE '' END;
    rows := rows || CASE asked ->> 'side'
        WHEN 'SENT' THEN $$ AND l.stage <> 'DRAFT' AND $$ || own
        WHEN 'RECEIVED' THEN $$ AND l.stage <> 'DRAFT' AND NOT $$ || own
        ELSE '' END;
    IF asked ? 'telling' THEN rows := rows || $$ AND {TELLING}$$; END IF;
    IF asked ? 'kind' THEN rows := rows || $$ AND r.kind = $1 ->> 'kind'$$; END IF;
    IF asked ? 'originator' THEN rows := rows || $$ AND l.originator_id = ($1 ->> 'originator')::uuid$$; END IF;
    IF asked ? 'taxa' THEN
        taxa := ARRAY(SELECT jsonb_array_elements_text(asked -> 'taxa')::bigint);
        rows := rows || $$ AND EXISTS (SELECT 1 FROM reports_seizeditem i WHERE i.report_id = r.id AND i.taxon_id = ANY ($$
            || quote_literal(taxa) || '::bigint[]))';
    END IF;
    IF asked ? 'country' THEN stop := stop || $$ AND s.country_id = $1 ->> 'country'$$; END IF;
    IF asked ? 'part' THEN stop := stop || $$ AND s.part = $1 ->> 'part'$$; END IF;
    ways := CASE
        WHEN asked ->> 'part' = 'DISCOVERY' AND asked ? 'country' THEN ARRAY[$$r.place_country_id = $1 ->> 'country'$$]
        WHEN asked ->> 'part' = 'DISCOVERY' THEN ARRAY[$$r.place_country_id IS NOT NULL$$]
        WHEN asked ? 'part' THEN ARRAY[stop || ')']
        WHEN asked ? 'country' THEN ARRAY[stop || ')', $$r.place_country_id = $1 ->> 'country'$$]
        ELSE ARRAY['true'] END;
    IF asked ? 'q' THEN
        -- A draft, and what was withdrawn, are found by their agency under their titles: the words of neither are kept.
        ways := ARRAY(SELECT way || word FROM unnest(ways) way, unnest(ARRAY[
            $$ AND l.search @@ websearch_to_tsquery('simple', $1 ->> 'q')$$,
            $$ AND l.stage <> 'SHARED' AND $$ || own || $$ AND to_tsvector('simple', r.title || ' '
                || coalesce(r.reference, '')) @@ websearch_to_tsquery('simple', $1 ->> 'q')$$]) word);
    END IF;
    -- Each way in order and only as far as it is needed: together they would be gathered whole and sorted.
    RETURN QUERY EXECUTE 'SELECT DISTINCT place FROM (' || (
        SELECT string_agg('(' || rows || ' AND ' || way || ' ORDER BY place DESC LIMIT $4)', ' UNION ALL ')
        FROM unnest(ways) way
    ) || ') AS found ORDER BY place DESC LIMIT $4' USING asked, after, before, most;
END $f$;
REVOKE ALL ON FUNCTION reports_found FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reports_found TO counterpart_web;
GRANT CREATE ON SCHEMA public TO counterpart_search;
ALTER FUNCTION reports_found OWNER TO counterpart_search;
REVOKE CREATE ON SCHEMA public FROM counterpart_search;
"""  # noqa: S608  # nosec B608 - constants of ours; what is asked comes in as values


def _read(table: str) -> tuple[str, str]:
    grant = f"GRANT SELECT ({COLUMNS[table]}) ON {table} TO counterpart_search;"
    policy = f"CREATE POLICY search ON {table} FOR SELECT TO counterpart_search USING (true);"
    return grant + policy, f"DROP POLICY search ON {table}; REVOKE ALL ON {table} FROM counterpart_search;"


class Migration(migrations.Migration):
    """Search."""

    dependencies = [("reports", "0002_walls"), ("sharing", "0007_newest")]
    operations = [
        *[migrations.RunSQL(*_read(table)) for table in COLUMNS],
        migrations.RunSQL(FOUND, "DROP FUNCTION reports_found"),
    ]
