"""Rotation of keys, step by step: each step is a transaction of its own and in the trail, and may be the last one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actions import MACHINE, record
from apps.vault import actions as vault
from apps.vault.keys import Data


def begin_rotation(*, owner: UUID | None, now: datetime) -> Data:
    """The version that takes over: a new one, or that of a rotation which was cut off."""
    with transaction.atomic():
        data, made = vault.new_version(owner=owner)
        if made:
            _record("make_data_key", data, {"version": data.version}, now)
    return data


def end_rotation(*, data: Data, now: datetime) -> bool:
    """Retire what the new version has replaced; False where an older one is still needed (somebody was writing)."""
    with transaction.atomic():
        retired = vault.retire(data=data, now=now)
        if retired:
            _record("retire_data_keys", data, {"versions": retired}, now)
        return not vault.older(data=data)


def change_master(*, data: Data, now: datetime) -> None:
    """Wrap a data key by the master that is in use now."""
    with transaction.atomic():
        if vault.rewrap_data(data=data):
            _record("rewrap_data_key", data, {"version": data.version}, now)


def _record(verb: str, data: Data, facts: dict[str, object], now: datetime) -> None:
    record(actor=MACHINE, verb=verb, kind="key", object_id=data.id, owner_id=data.owner, facts=facts, now=now)
