import json

import pytest

from apps.agencies.acting import acting
from apps.reports import actions
from apps.reports.queries import report_for
from tests.cast import NOW

ETIS = {
    "kind": "SEIZURE",
    "title": "1 t raw ivory",
    "occurred": {"date": "2019-03-04", "precision": "DAY"},
    "place": {"name": "Pasir Panjang", "country": "SG"},
    "items": [{"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1000", "unit": "KGM"}],
    "route": [
        {"country": "UG", "part": "ORIGIN", "share": "0.2"},
        {"country": "KE", "part": "ORIGIN", "share": "0.8"},
        {"country": "KE", "part": "EXPORT"},
        {"country": "AE", "part": "TRANSIT", "seizure_opportunity": True},
        {"country": "MY", "part": "TRANSIT", "seizure_opportunity": False},
        {"country": "CN", "part": "DESTINATION"},
    ],
}


def test_it(cast, django_assert_max_num_queries):
    sg = cast.officer("SG-CUSTOMS")
    with acting(sg):
        r = actions.draft_report(actor=sg, data=ETIS, now=NOW)
    with acting(sg):
        p = actions.preview_draft(actor=sg, report_id=r.id, language="en", now=NOW)
        print(json.dumps(p.data(), indent=1))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as c, acting(sg):
        r = actions.submit_report(actor=sg, report_id=r.id, now=NOW)
    print(r.reference, len(c))
    [print(q["sql"][:150]) for q in c]
    ke = cast.officer("KE-CUSTOMS")
    with acting(ke):
        print(report_for(actor=ke, report_id=r.id))
    st = cast.liaison("STRANGER")
    from apps.core.errors import NotFound

    with acting(st), pytest.raises(NotFound):
        report_for(actor=st, report_id=r.id)
    from apps.reports.models import Report

    with acting(st):
        assert Report.objects.count() == 0
    with acting(ke):
        assert Report.objects.count() == 1
