"""The search asks with the same folding that was kept (``search_vector``, ``search_query``), and an agency finds its own case
numbers. What stands in the index is folded anew; the words of what is RED stay out of it.
"""

from django.db import migrations

WAS = {
    "websearch_to_tsquery('simple', $1 ->> 'q')": "search_query($1 ->> 'q')",
    "to_tsvector('simple', r.title": "search_vector(r.title",
    "|| coalesce(r.reference, ''))": "|| coalesce(r.reference, '') || ' ' || r.case_number)",
    "$$]) word);": "$$,\n            $$ AND l.stage = 'SHARED' AND $$ || own || $$ AND r.case_number <> ''"
    " AND search_code(r.case_number) = search_code($1 ->> 'q')$$]) word);",
}
WORDS = """
UPDATE sharing_label l SET search = search_vector(concat_ws(E'\n', r.reference, r.title, r.narrative, r.place_name,
    (SELECT string_agg(concat_ws(' ', t.name, t.common_name, t.family, array_to_string(t.english_names, ' '),
        array_to_string(t.synonyms, ' ')), E'\n') FROM reports_seizeditem i
     JOIN reference_taxon t ON t.id = i.taxon_id WHERE i.report_id = r.id),
    (SELECT string_agg(m.label, E'\n') FROM reports_seizeditem i
     JOIN reference_specimenterm m ON m.code = i.term_id WHERE i.report_id = r.id),
    (SELECT string_agg(concat_ws(' ', c.label, s.place), E'\n') FROM reports_routestop s
     JOIN reference_country c ON c.code = s.country_id WHERE s.report_id = r.id)))
FROM reports_report r WHERE r.label_id = l.id AND l.stage = 'SHARED' AND l.search IS NOT NULL
"""
INDEX = """
CREATE INDEX reports_report_own_number ON reports_report (search_code(case_number)) WHERE case_number <> '';
GRANT SELECT (case_number) ON reports_report TO counterpart_search;
"""
NO_INDEX = """
REVOKE SELECT (case_number) ON reports_report FROM counterpart_search;
DROP INDEX reports_report_own_number;
"""
LET = "GRANT CREATE ON SCHEMA public TO counterpart_search; SET LOCAL ROLE counterpart_search;"
NO_MORE = "RESET ROLE; REVOKE CREATE ON SCHEMA public FROM counterpart_search;"


def _put(changes, schema_editor):
    """The function as it stands, with its words changed: what else was made of it since stays."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('reports_found'::regproc)")
        (text,) = cursor.fetchone()
        for old, new in changes.items():
            if old not in text:
                raise ValueError(f"reports_found no longer says {old}")
            text = text.replace(old, new)
        for statement in (LET, text, NO_MORE):
            cursor.execute(statement)


def fold(apps, schema_editor):  # noqa: ARG001 - as Django calls it
    _put(WAS, schema_editor)


def unfold(apps, schema_editor):  # noqa: ARG001 - as Django calls it
    _put({new: old for old, new in WAS.items()}, schema_editor)


class Migration(migrations.Migration):
    """The search, and what it finds by."""

    dependencies = [("reports", "0006_red_is_never_in_clear"), ("sharing", "0010_folded_words")]
    operations = [
        migrations.RunSQL(INDEX, NO_INDEX),
        migrations.RunPython(fold, unfold),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
    ]
