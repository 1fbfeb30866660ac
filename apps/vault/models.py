"""Keys, each wrapped by the one above it. None is ever in clear here."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Now

from apps.core.ids import new_id
from apps.vault.sealing import NOBODY

OWNER = Coalesce("owner", Value(NOBODY, output_field=models.UUIDField()))


class DataKey(models.Model):
    """A version of an agency's key, or of the platform's (no owner), wrapped by a master key.

    The newest that is not retired wraps what is new. A retired one opens what still needs it; a destroyed one is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.UUIDField(null=True, help_text="The agency; none for the platform.")
    version = models.PositiveIntegerField()
    master = models.CharField(max_length=64, help_text="The name of the master key that wrapped it.")
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    wrapped_at = models.DateTimeField(
        null=True, help_text="When its master wrapped it; none: when it was made, or later."
    )
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(OWNER, "version", name="vault_datakey_version"),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False, retired_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="vault_datakey_destroyed_has_no_key",
            ),
        ]

    def __str__(self) -> str:
        return f"data key {self.id}"


class ObjectKey(models.Model):
    """The key of one row that holds something sealed, under the row's own id; wrapped by its owner's data key."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    data_key: "models.ForeignKey[DataKey | None, DataKey | None]" = models.ForeignKey(
        DataKey, on_delete=models.PROTECT, null=True, related_name="+"
    )
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    data_key_id: UUID | None

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, data_key__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, data_key__isnull=False, destroyed_at__isnull=True),
                name="vault_objectkey_destroyed_has_no_key",
            ),
        ]

    def __str__(self) -> str:
        return f"object key {self.id}"
