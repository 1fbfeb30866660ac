"""Narratives of RED reports that were written in clear are sealed, and their words leave the search.

Backwards they are opened again. What the pages of the tables still hold of them goes with `VACUUM FULL`
(docs/operate/keys.md says so), and what old backups hold stays in them.
"""

from django.db import migrations

from apps.reports.queries.narrative import FIELD
from apps.vault.actions import forget, seal
from apps.vault.queries import unseal

WORDS = """
UPDATE sharing_label l SET search = to_tsvector('simple', concat_ws(E'\n', r.reference, r.title, r.place_name,
    (SELECT string_agg(concat_ws(' ', t.name, t.common_name), E'\n') FROM reports_seizeditem i
     JOIN reference_taxon t ON t.id = i.taxon_id WHERE i.report_id = r.id),
    (SELECT string_agg(m.label, E'\n') FROM reports_seizeditem i
     JOIN reference_specimenterm m ON m.code = i.term_id WHERE i.report_id = r.id),
    (SELECT string_agg(c.label, E'\n') FROM reports_routestop s
     JOIN reference_country c ON c.code = s.country_id WHERE s.report_id = r.id)))
FROM reports_report r WHERE r.label_id = l.id AND l.tlp = 'RED' AND l.stage = 'SHARED' AND l.search IS NOT NULL
"""


def seal_red(apps, schema_editor):  # noqa: ARG001 - as Django calls it
    rows = apps.get_model("reports", "Report").objects.filter(label__tlp="RED").exclude(narrative="")
    for row, owner, text in rows.values_list("id", "label__originator_id", "narrative").iterator():
        sealed = seal(owner=owner, field=FIELD, row=row, plain=text.encode())
        rows.filter(id=row).update(narrative="", narrative_sealed=sealed)


def open_red(apps, schema_editor):  # noqa: ARG001 - as Django calls it
    rows = apps.get_model("reports", "Report").objects.filter(narrative_sealed__isnull=False)
    for row, owner, sealed in rows.values_list("id", "label__originator_id", "narrative_sealed").iterator():
        text = unseal(owner=owner, field=FIELD, row=row, sealed=bytes(sealed)).decode()
        rows.filter(id=row).update(narrative=text, narrative_sealed=None)
        forget(row=row)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("reports", "0004_sealed_narratives"), ("agencies", "0004_sealed_answers")]
    operations = [
        migrations.RunPython(seal_red, open_red),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
    ]
