"""The API's own description: the OpenAPI schema, and the same as a page without a line of script. For signed-in accounts."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.agencies.acting import acting
from apps.agencies.edge.base import View
from apps.agencies.edge.bodies import JsonOut
from apps.agencies.policy import Actor
from apps.web.pages.base import around

type_json = Mapping[str, Any]
METHODS = ("get", "post", "patch", "delete")


@cache
def described() -> dict[str, Any]:
    """The schema; the same for every reader, made once a process."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # spectacular's
    return schema


class Schema(View):
    """``schema/``"""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(described())


class Docs(APIView):
    """``docs/``: a visitor is led to the sign-in page, and back."""

    permission_classes = (AllowAny,)
    renderer_classes = (StaticHTMLRenderer, JsonOut)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponseBase:
        if request.auth is None:
            return redirect_to_login(request.get_full_path())
        actor = cast(Actor, request.auth)
        with acting(actor):
            frame = around(actor)
        return render(request._request, "web/api.html", {**frame, **page_of(described())})  # noqa: SLF001 - Django's own


def page_of(schema: type_json) -> dict[str, Any]:
    """What the page shows: doors by room, then the shapes of bodies and answers."""
    doors = list(_doors(schema["paths"]))
    rooms = dict.fromkeys(door["room"] for door in doors)
    return {
        "rooms": [{"name": room, "doors": [door for door in doors if door["room"] == room]} for room in rooms],
        "shapes": [_shape(name, shape) for name, shape in schema["components"]["schemas"].items()],
    }


def _doors(paths: type_json) -> Iterator[dict[str, Any]]:
    for path, methods in paths.items():
        for method in METHODS:
            if method in methods:
                yield _door(path, method, methods[method])


def _door(path: str, method: str, operation: type_json) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "name": operation["operationId"],
        "room": operation["tags"][0],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "parameters": [_field(each["name"], each["schema"], each) for each in operation.get("parameters", ())],
        "bodies": _names(content.get("schema", {})),
        "answers": [_answer(status, answer) for status, answer in operation["responses"].items()],
    }


def _answer(status: str, answer: type_json) -> dict[str, Any]:
    content: type_json = next(iter(answer.get("content", {}).values()), {})
    return {"status": status, "shapes": _names(content.get("schema", {})), "says": answer.get("description", "")}


def _shape(name: str, shape: type_json) -> dict[str, Any]:
    needed = shape.get("required", ())
    fields = shape.get("properties", {})
    return {
        "name": name,
        "says": shape.get("description", ""),
        "fields": [_field(key, field, {"required": key in needed}) for key, field in fields.items()],
    }


def _field(name: str, field: type_json, more: type_json) -> dict[str, Any]:
    within = field.get("items", field)
    return {
        "name": name,
        "kind": " ".join(filter(None, ["list of" if "items" in field else "", within.get("type", "")])),
        "shapes": _names(within),
        "values": within.get("enum", ()),
        "required": more.get("required", False),
        "null": field.get("nullable", False),
        "says": more.get("description") or field.get("description", ""),
    }


def _names(schema: type_json) -> list[str]:
    """The shapes that a schema points at."""
    pointed = [schema, *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return [each["$ref"].rpartition("/")[2] for each in pointed if "$ref" in each]
