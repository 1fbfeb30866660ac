"""The trail for platform administrators: ids and codes, to read."""

from typing import ClassVar

from django.contrib import admin

from apps.audit.models import Entry
from apps.core.desk import ReadOnly


@admin.register(Entry)
class EntryAdmin(ReadOnly[Entry]):
    """Entries, newest first; searched by exact verb or id."""

    list_display = ("seq", "at", "verb", "object_kind", "object_id", "user_id", "agency_id")
    search_fields = ("=verb", "=object_kind", "=object_id", "=user_id", "=agency_id")
    search_help_text = "A verb, a kind, or an id, whole."
    ordering = ("-seq",)
    show_full_result_count = False
    fields: ClassVar = ("seq", "at", "verb", "agency_id", "user_id", "object_kind", "object_id", "owner_id", "payload")
