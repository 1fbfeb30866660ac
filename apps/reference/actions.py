"""Loading the published vocabularies."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.audit.actions import MACHINE, record
from apps.core.errors import Invalid
from apps.reference.matching import clashes
from apps.reference.models import Country, HsCode, SpecimenTerm, Taxon, Unit, Vocabulary

# What the files decide, by vocabulary: its key first. Everything else (a coordinating body) is the administrators'.
OWNED: Mapping[type[Vocabulary], tuple[str, ...]] = {
    Country: (
        *("code", "alpha3", "numeric", "label", "official_name"),
        *("region", "subregion", "pseudo", "cites_party", "names"),
    ),
    Unit: ("code", "symbol", "label", "names", "dimension", "grams", "successor"),
    SpecimenTerm: ("code", "label", "preferred_unit", "successor", "alternatives", "names", "everyday", "ivory"),
    Taxon: (
        *("name", "common_name", "english_names", "rank", "kingdom", "class_name"),
        *("order", "family", "appendix", "appendix_note", "synonyms"),
    ),
    HsCode: ("code", "label", "hint", "terms"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceData:
    """The files' rows as unsaved instances, in the order in which tables refer to each other."""

    countries: Sequence[Country]
    units: Sequence[Unit]
    terms: Sequence[SpecimenTerm]
    taxa: Sequence[Taxon]
    hs_codes: Sequence[HsCode]

    def tables(self) -> Iterator[Sequence[Vocabulary]]:
        """The vocabularies that have rows; one without any is left alone, so an empty file deactivates nothing."""
        yield from filter(None, (self.countries, self.units, self.terms, self.taxa, self.hs_codes))

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.tables())


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did to one vocabulary, in rows."""

    added: int
    changed: int
    deactivated: int


def load_reference(
    *, data: ReferenceData, now: datetime, progress: Callable[[int], object] | None = None
) -> dict[str, Loaded]:
    """Make the vocabularies what the files say, in one transaction: table name → what was done; nothing on repeat.

    Rows that left the files are deactivated, never deleted; rows added by administrators stay. ``progress`` is told the
    number of rows after each table. Raises `Invalid` where the files contradict themselves; then nothing is written.
    """
    _refuse_contradictions(data)
    done: dict[str, Loaded] = {}
    with transaction.atomic():
        for rows in data.tables():
            done[_name(rows[0])] = _load_table(rows, now)
            if progress:
                progress(len(rows))
        _record(done, now)
    return done


def _refuse_contradictions(data: ReferenceData) -> None:
    """Every name means one thing, every code is there once, and codes named by others exist."""
    errors: dict[str, list[str]] = {}
    for rows in data.tables():
        times = Counter(_key(row) for row in rows)
        errors |= {f"{_name(rows[0])}.{key}": ["twice"] for key, count in times.items() if count > 1}
    shared = clashes((taxon.name, [taxon.name, *taxon.synonyms]) for taxon in data.taxa)
    errors |= {f"taxon.{name}": owners for name, owners in shared.items()}
    named = {row.code: [*row.alternatives, row.successor_id] for row in data.terms}
    named |= {row.code: list(row.terms) for row in data.hs_codes}
    codes = {row.code for row in data.terms}
    errors |= {
        f"term.{code}": [where] for where, terms in named.items() for code in terms if code and code not in codes
    }
    if errors:
        raise Invalid("contradictory_files", errors=errors)


def _load_table(rows: Sequence[Vocabulary], now: datetime) -> Loaded:
    model = type(rows[0])
    found = {_key(row): row for row in _table(model)}
    fresh = [row for row in rows if _differs(row, found.get(_key(row)))]
    _upsert(fresh, found, now)
    added = sum(_key(row) not in found for row in fresh)
    gone = found.keys() - {_key(row) for row in rows}
    left = [row.pk for key, row in found.items() if key in gone and row.active and not row.local]
    if left:
        _table(model).filter(pk__in=left).update(active=False, changed_at=now)
    return Loaded(added, len(fresh) - added, len(left))


def _upsert(fresh: Sequence[Vocabulary], found: Mapping[str, Vocabulary], now: datetime) -> None:
    """One statement for the new and the changed; labels that people added stay beside those of the files."""
    for row in fresh:
        before = found.get(_key(row))
        row.labels = {**(before.labels if before else {}), **row.labels}
        row.local, row.changed_at = False, now
    if fresh:
        model = type(fresh[0])
        key, *fields = OWNED[model]
        _table(model).bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=[key],
            update_fields=[*fields, "labels", "active", "local", "changed_at"],
        )


def _differs(row: Vocabulary, found: Vocabulary | None) -> bool:
    if found is None or found.local or found.active != row.active:
        return True
    owned = OWNED[type(row)]
    return not row.labels.items() <= found.labels.items() or any(
        row.serializable_value(name) != found.serializable_value(name) for name in owned
    )


def _table(model: type[Vocabulary]) -> QuerySet[Vocabulary]:
    rows: QuerySet[Vocabulary] = QuerySet(model)
    return rows


def _name(row: Vocabulary) -> str:
    return type(row).__name__.lower()


def _key(row: Vocabulary) -> str:
    return str(getattr(row, OWNED[type(row)][0]))


def _record(done: Mapping[str, Loaded], now: datetime) -> None:
    """One entry of counts, where something moved."""
    facts = {name: [did.added, did.changed, did.deactivated] for name, did in done.items()}
    if any(any(counts) for counts in facts.values()):
        record(actor=MACHINE, verb="load_reference", kind="reference", object_id=None, facts=facts, now=now)
