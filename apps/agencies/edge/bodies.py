"""JSON in and out."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from apps.agencies import idempotency


# orjson keeps the last of two equal names in silence, and two readers of one body must not read two things in it.
def _each_name_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise exceptions.ParseError


_names = json.JSONDecoder(object_pairs_hook=_each_name_once, parse_int=str, parse_float=str)


class JsonIn(BaseParser):
    """Reads application/json with orjson: bounded depth, no NaN, valid UTF-8, no name twice in an object."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        content = stream.read()
        try:
            value = orjson.loads(content)
            _names.decode(content.decode())
        except (orjson.JSONDecodeError, RecursionError) as error:
            raise exceptions.ParseError from error
        return value


class JsonOut(BaseRenderer):
    """Writes JSON with orjson; decimals as strings, times as RFC 3339 UTC."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else idempotency.written(data)
