"""The cast: the demo agencies, the countries they answer for, and their people, as `data/cast.csv` names them.

Four people work in each agency, one for each role, and one administrator runs the platform. Their addresses are made
from the agency's code and end in ``.example``. What administrators have changed since stays as they left it.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.agencies.models import PARTS, Agency, Jurisdiction, User
from apps.agencies.policy import LAW_ENFORCEMENT_BY_DEFAULT, AgencyKind, Role
from apps.audit.actions import MACHINE, record

CAST = Path(__file__).parent / "data" / "cast.csv"
PLATFORM_ADMINISTRATOR = "admin@counterpart.example"
SECOND_ADMINISTRATOR = "second@counterpart.example"  # of the demo alone
# The first word of an address and the role of the person behind it.
PEOPLE = {"officer": Role.OFFICER, "analyst": Role.ANALYST, "liaison": Role.LIAISON, "admin": Role.AGENCY_ADMIN}
CONTACT_KIND = AgencyKind.CUSTOMS  # in the seeds each country's customs answers for every part of a route
type_row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a load has added; zeros where all of them were there."""

    agencies: int = 0
    jurisdictions: int = 0
    users: int = 0

    def __bool__(self) -> bool:
        return any((self.agencies, self.jurisdictions, self.users))


def rows() -> list[type_row]:
    """The lines of the file, every cell as the text it is."""
    with CAST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def address(word: str, code: str) -> str:
    """``officer`` and ``SG-CUSTOMS`` → ``officer@sg-customs.example``."""
    return f"{word}@{code.lower()}.example"


def load_cast(*, users: bool, password_hash: str | None, now: datetime) -> Counts:
    """Add what is missing of the cast, in one transaction of set-based statements; nothing on repeat.

    ``password_hash`` is the encoded password of every demo account, hashed once by the caller; None makes accounts that
    nobody can sign in to. The vocabulary of countries must be loaded. Returns how many rows were added.
    """
    listed = rows()
    with transaction.atomic():
        agencies, added = _load_agencies(listed)
        counts = Counts(
            agencies=added,
            jurisdictions=_load_jurisdictions(listed, agencies),
            users=_load_users(listed, agencies, password_hash or make_password(None)) if users else 0,
        )
        if counts:
            facts = {"agencies": counts.agencies, "jurisdictions": counts.jurisdictions, "users": counts.users}
            record(actor=MACHINE, verb="load_cast", kind="agency", object_id=None, facts=facts, now=now)
    return counts


def second_administrator(*, now: datetime) -> None:
    """Add another platform administrator, with the first one's password: what one asks for, the other one confirms."""
    first = User.objects.get(email=PLATFORM_ADMINISTRATOR)
    with transaction.atomic():
        user, added = User.objects.get_or_create(
            email=SECOND_ADMINISTRATOR,
            defaults={"name": "Second administrator", "is_staff": True, "password": first.password},
        )
        if added:
            record(actor=MACHINE, verb="create_user", kind="account", object_id=user.id, facts={"staff": True}, now=now)


def _load_agencies(listed: Sequence[type_row]) -> tuple[dict[str, Agency], int]:
    """Every agency of the cast by its code, and how many of them are new."""
    codes = [row["code"] for row in listed]
    there = set(Agency.objects.filter(code__in=codes).values_list("code", flat=True))
    fresh = [_agency(row) for row in listed if row["code"] not in there]
    Agency.objects.bulk_create(fresh)
    return {agency.code: agency for agency in Agency.objects.filter(code__in=codes)}, len(fresh)


def _agency(row: type_row) -> Agency:
    kind = AgencyKind(row["kind"])
    told = row["law_enforcement"]
    return Agency(
        code=row["code"],
        name=row["name"],
        kind=kind.value,
        country_id=row["country"] or None,
        law_enforcement=told == "yes" if told else kind in LAW_ENFORCEMENT_BY_DEFAULT,
        language=row["language"],
        duty_name="Duty officer",
        duty_email=address("duty", row["code"]),
    )


def _load_jurisdictions(listed: Iterable[type_row], agencies: dict[str, Agency]) -> int:
    contacts = {row["country"]: agencies[row["code"]] for row in listed if row["kind"] == CONTACT_KIND.value}
    held = set(Jurisdiction.objects.filter(country_id__in=contacts).values_list("country_id", "part"))
    fresh = [
        Jurisdiction(country_id=country, part=part, agency=agency)
        for country, agency in contacts.items()
        for part, _ in PARTS
        if (country, part) not in held
    ]
    Jurisdiction.objects.bulk_create(fresh)
    return len(fresh)


def _load_users(listed: Iterable[type_row], agencies: dict[str, Agency], encoded: str) -> int:
    people = [_person(row, word, agencies) for row in listed for word in PEOPLE]
    people.append(User(email=PLATFORM_ADMINISTRATOR, name="Platform administrator", is_staff=True))
    there = set(User.objects.filter(email__in=[person.email for person in people]).values_list("email", flat=True))
    fresh = [person for person in people if person.email not in there]
    for person in fresh:
        person.password = encoded
    User.objects.bulk_create(fresh)
    return len(fresh)


def _person(row: type_row, word: str, agencies: dict[str, Agency]) -> User:
    return User(
        email=address(word, row["code"]),
        name=f"{NAMES[word]}, {row['code']}",
        agency=agencies[row["code"]],
        roles=[PEOPLE[word].value],
        language=row["language"],
        time_zone=row["time_zone"],
    )


# Demo accounts are called what they are for; real people have real names.
NAMES = {"officer": "Officer", "analyst": "Analyst", "liaison": "Liaison officer", "admin": "Agency administrator"}
