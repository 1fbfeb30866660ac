"""The fixed cast that tests are sentences about: the same people as in the seeds and the docs."""

from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password

from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.reference.actions import load_reference
from seeds.cast import PLATFORM_ADMINISTRATOR, address, load_cast
from seeds.reference import reference_data

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD = "Shared-Responsibility-2019"


class Cast:
    """Actors by agency code; ``STRANGER`` must always get nothing."""

    @staticmethod
    def seed() -> None:
        """Vocabularies and people, written once into the template database."""
        load_reference(data=reference_data(), now=NOW)
        load_cast(users=True, password_hash=make_password(PASSWORD), now=NOW)

    @staticmethod
    def agency(code: str) -> Agency:
        return Agency.objects.get(code=code)

    @staticmethod
    def user(word: str, code: str) -> User:
        return User.objects.select_related("agency").get(email=address(word, code))

    def actor(self, word: str, code: str) -> Actor:
        """Computed afresh each time, as a request does."""
        actor = actor_of(user_id=self.user(word, code).id, now=NOW)
        assert actor is not None
        return actor

    def officer(self, code: str) -> Actor:
        return self.actor("officer", code)

    def analyst(self, code: str) -> Actor:
        return self.actor("analyst", code)

    def liaison(self, code: str) -> Actor:
        return self.actor("liaison", code)

    def administrator(self, code: str) -> Actor:
        return self.actor("admin", code)

    @property
    def platform(self) -> Actor:
        actor = actor_of(user_id=User.objects.get(email=PLATFORM_ADMINISTRATOR).id, now=NOW)
        assert actor is not None
        return actor
