from apps.reference.models import Country, HsCode, SpecimenTerm, Taxon, Unit
from tests.admin.conftest import Desk, type_entries


def test_a_loaded_row_opens_only_what_the_files_do_not_decide(desk: Desk, entries: type_entries) -> None:
    response = desk.post(
        "reference_country_change", "IS", label="Elsewhere", coordinator="INTERPOL", labels='{"fr": "Islande"}'
    )
    assert response.status_code == 302
    iceland = Country.objects.get(code="IS")
    assert (iceland.label, iceland.coordinator, iceland.labels) == ("Iceland", "INTERPOL", {"fr": "Islande"})
    (entry,) = entries()
    assert (entry.verb, entry.object_kind, entry.object_id) == ("change_country", "country", None)
    assert '"key": "IS"' in (entry.payload or "")


def test_a_row_added_here_is_local_and_open_throughout(desk: Desk) -> None:
    typed = {"name": "Manis nova", "common_name": "New pangolin", "rank": "species", "labels": "{}", "active": "on"}
    assert desk.post("reference_taxon_add", **typed).status_code == 302
    taxon = Taxon.objects.get(name="Manis nova")
    assert taxon.local
    assert taxon.keys == ["manis nova"]
    assert desk.post("reference_taxon_change", taxon.id, **{**typed, "common_name": "Newer"}).status_code == 302
    assert Taxon.objects.get(id=taxon.id).common_name == "Newer"


def test_a_code_that_the_database_would_refuse_comes_back_with_the_form(desk: Desk) -> None:
    before = Unit.objects.count()
    response = desk.post("reference_unit_add", code="kg", label="kilogram", dimension="MASS", labels="{}", active="on")
    assert response.status_code == 200
    assert "errornote" in response.content.decode()
    assert Unit.objects.count() == before


def test_a_key_never_changes_and_nothing_is_deleted(desk: Desk) -> None:
    Unit.objects.create(code="QQQ", label="quire", dimension="PACKAGE")
    response = desk.post("reference_unit_change", "QQQ", code="RRR", label="quire", dimension="PACKAGE", labels="{}")
    assert response.status_code == 302
    assert not Unit.objects.filter(code="RRR").exists()
    assert not Unit.objects.get(code="QQQ").active
    assert desk.post("reference_unit_delete", "QQQ", post="yes").status_code == 403
    assert Unit.objects.filter(code="QQQ").exists()


def test_every_vocabulary_is_searched_and_opened(desk: Desk) -> None:
    for page, words, row in (
        ("country", "Kenya", "KE"),
        ("taxon", "Loxodonta", Taxon.objects.get(name="Loxodonta africana").pk),
        ("specimenterm", "tusk", SpecimenTerm.objects.get(code="TUS").pk),
        ("unit", "kilogram", "KGM"),
        ("hscode", "ivory", HsCode.objects.filter(label__icontains="ivory")[0].pk),
    ):
        assert f"/admin/reference/{page}/{row}/change/" in desk.get(f"reference_{page}_changelist", q=words)
        desk.get(f"reference_{page}_change", row)
        desk.get(f"reference_{page}_add")
