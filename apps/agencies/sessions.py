"""Where browsers' sessions are kept: in PostgreSQL, each with its account, its end and when it was last used.

A session ends ``SESSION_IDLE`` after it was last used and ``SESSION_COOKIE_AGE`` after somebody signed in with it, here
and not in the browser. The table holds no key that opens one, only its hash: whoever reads a dump comes in nowhere. Django
loads this module by name (``SESSION_ENGINE``).
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from apps.agencies.models import Session
from apps.core.clock import now

TOUCHED = timedelta(minutes=1)  # a session's last use is written as often as that: a write per request is dear
BEGAN = "began_at"
KEPT = 40  # hexadecimal digits of the SHA-256, 160 bits: as long as the column is


def kept(key: str) -> str:
    """What the table holds of a session's key. The key is random, so a slow hash would add nothing but time."""
    return hashlib.sha256(key.encode()).hexdigest()[:KEPT]


class SessionStore(db.SessionStore):
    """Django's store of sessions, over our table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        at = now()
        idle = at - settings.SESSION_IDLE
        held = kept(self.session_key or "")
        found = Session.objects.filter(session_key=held, expire_date__gt=at, seen_at__gt=idle).first()
        if found is None:
            self._session_key = None
            return {}
        if found.seen_at < at - TOUCHED:
            Session.objects.filter(session_key=found.session_key).update(seen_at=at)
        return self.decode(found.session_data)

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of that key."""
        return super().exists(kept(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """End the session of that key, this one's where none is given."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(kept(key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write. Its absolute end counts from the moment that it became somebody's."""
        at, account = now(), data.get(SESSION_KEY)
        if account and BEGAN not in data:
            data[BEGAN] = at.timestamp()
        began = datetime.fromtimestamp(data.get(BEGAN, at.timestamp()), at.tzinfo)
        return Session(
            session_key=kept(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # Django's; its stubs lack it
            session_data=self.encode(data),
            expire_date=began + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            account=account,
            seen_at=at,
        )
