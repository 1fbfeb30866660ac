"""``{% load doors %}``: what a script reads from an attribute."""

import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def as_json(value: Any) -> str:
    """JSON, to be escaped like any other text."""
    return json.dumps(value)
