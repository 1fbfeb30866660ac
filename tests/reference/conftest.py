"""The vocabularies as the files have them."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.reference.actions import Loaded, load_reference
from apps.reference.models import Country, HsCode, SpecimenTerm, Taxon, Unit
from seeds.reference import reference_data

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TABLES = (Country, Unit, SpecimenTerm, Taxon, HsCode)


@pytest.fixture
def emptied(db: None) -> None:
    """No vocabularies, and nothing that points at them; rolled back with the test."""
    tables = ", ".join(connection.ops.quote_name(f"reference_{model.__name__.lower()}") for model in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


@pytest.fixture
def vocabularies(db: None) -> None:
    """The vocabularies as the files have them, whatever stood there before."""
    load_reference(data=reference_data(), now=NOW)


@pytest.fixture
def loaded(emptied: None) -> dict[str, Loaded]:
    """What the first load of all files into an empty database did."""
    return load_reference(data=reference_data(), now=NOW)
