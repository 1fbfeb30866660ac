"""The chain: entries and their head. Written by ``audit_append`` alone (migration 0001_chain)."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing done. ``payload`` is the JSON text that was hashed; ``hash`` = SHA-256(previous ‖ SHA-256(payload))."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    agency_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=32)
    object_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True, help_text="The agency that owns the object and may read its trail.")
    payload = models.TextField()
    payload_hash = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "entries"
        indexes: ClassVar = [models.Index(fields=["object_id", "seq"], name="audit_entry_object")]

    def __str__(self) -> str:
        return f"entry {self.seq}"


class Head(models.Model):
    """The chain's last link, one row: locked by each append, so the order of entries is the order of commits."""

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"head {self.seq}"
