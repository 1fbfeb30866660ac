"""Wrapped keys as they stand in the database, and how they are unwrapped.

Unwrapped data keys are kept in the process for a short while, so that a key management service is not asked each time.
Which keys there are is always asked of the database: what was destroyed opens nothing from the next statement on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from apps.vault import sealing
from apps.vault.masters import masters

KEPT = 60.0  # seconds
MOST = 2000  # keys
_unwrapped: dict[tuple[UUID, bytes], tuple[float, AESGCM]] = {}


@dataclass(frozen=True, slots=True, repr=False)
class Data:
    """A data key, wrapped."""

    id: UUID
    owner: UUID | None
    version: int
    master: str
    wrapped: bytes

    @property
    def context(self) -> bytes:
        """What is authenticated with it: a data key can't take another's place."""
        return context_of_data(self.id, self.owner, self.version)

    def unwrapped(self, clock: Callable[[], float] = monotonic) -> AESGCM:
        """Ready to seal and open with; raises what the master's holder raises."""
        at, kept = clock(), _unwrapped.get((self.id, self.wrapped))
        if kept and kept[0] > at:
            return kept[1]
        key = AESGCM(self.plain())
        if len(_unwrapped) >= MOST:
            _unwrapped.clear()
        _unwrapped[self.id, self.wrapped] = at + KEPT, key
        return key

    def plain(self) -> bytes:
        """The key itself, to wrap it anew; raises what the master's holder raises."""
        return masters().unwrap(self.master, self.wrapped, self.context)


@dataclass(frozen=True, slots=True, repr=False)
class Object:
    """The key of one row, wrapped by a data key."""

    id: UUID
    owner: UUID | None
    version: int
    wrapped: bytes
    data: Data

    def unwrapped(self) -> AESGCM:
        """Ready to seal and open with; raises DoesNotFit where it is not that row's."""
        return AESGCM(self.plain())

    def plain(self) -> bytes:
        """The key itself, to wrap it anew."""
        context = context_of_object(self.id, self.owner, self.version)
        return sealing.unlock(self.data.unwrapped(), self.wrapped, context)


def context_of_data(id_: UUID, owner: UUID | None, version: int) -> bytes:
    """What is authenticated with a data key."""
    return b"data key\0" + sealing.header(0, version) + sealing.place(owner=owner, row=id_, field="")


def context_of_object(id_: UUID, owner: UUID | None, version: int) -> bytes:
    """What is authenticated with an object's key."""
    return b"object key\0" + sealing.header(0, version) + sealing.place(owner=owner, row=id_, field="")


def wrap_data(id_: UUID, owner: UUID | None, version: int, plain: bytes) -> Data:
    """A data key wrapped by the current master."""
    holder = masters()
    wrapped = holder.wrap(plain, context_of_data(id_, owner, version))
    return Data(id_, owner, version, holder.current, wrapped)


def wrap_object(id_: UUID, version: int, plain: bytes, data: Data) -> Object:
    """An object's key wrapped by a data key of its owner."""
    wrapped = sealing.lock(data.unwrapped(), plain, context_of_object(id_, data.owner, version))
    return Object(id_, data.owner, version, wrapped, data)


def forget_unwrapped() -> None:
    """Let go of what was unwrapped (Python can't promise that the bytes are overwritten)."""
    _unwrapped.clear()
