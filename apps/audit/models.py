"""The chain, what waits to be chained, and the seals over it. Written by the functions of migration 0003 alone."""

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One thing done. ``payload`` is the JSON text of its facts; it and its salt are NULL where they have been erased.

    ``payload_hash`` = SHA-256(03 ‖ payload ‖ salt), ``hash`` = SHA-256(02 ‖ the previous entry's hash ‖ payload_hash and the
    columns from ``seq`` to ``owner_id``), each value spelt as ``apps.audit.spelling`` says.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    agency_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=32)
    object_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True, help_text="The agency that owns the object and may read its trail.")
    payload = models.TextField(null=True)  # noqa: DJ001 - NULL is an erased one, and an empty text would be another
    salt = models.BinaryField(max_length=16, null=True)
    payload_hash = models.BinaryField(max_length=32)
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


class Waiting(models.Model):
    """A read that was noted and is not in the chain yet. The worker takes it there within seconds, as it is."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=64)
    agency_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=32)
    object_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    payload = models.TextField()
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"waiting {self.id}"


class Seal(models.Model):
    """The chain's first ``size`` entries, sealed: ``root`` of their Merkle tree, and ``head``, what is signed and published.

    ``link`` is the hash of entry ``size``; ``peaks`` holds the roots of the tree's whole subtrees, so that the next seal
    goes on from here; ``public`` is the key (Ed25519, 32 bytes) that ``signature`` is checked with.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(unique=True)
    size = models.BigIntegerField()
    link = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    peaks = models.BinaryField(max_length=2048)
    head = models.BinaryField(max_length=32)
    public = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.id}"
