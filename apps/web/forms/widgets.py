"""Groups of radio buttons and checkboxes whose choices carry a hint."""

from collections.abc import Mapping
from typing import Any

from django import forms


class Radios(forms.RadioSelect):
    """Radio buttons; ``hints`` maps a value to the line below its label, ``inline`` sets short ones side by side."""

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, inline: bool = False, **kwargs: Any) -> None:
        self.hints = dict(hints or {})
        self.inline = inline
        super().__init__(*args, **kwargs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return hinted(super().create_option(name, value, *args, **kwargs), self.hints.get(str(value)))


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes; ``hints`` maps a value to the line below its label."""

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.hints = dict(hints or {})
        super().__init__(*args, **kwargs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return hinted(super().create_option(name, value, *args, **kwargs), self.hints.get(str(value)))


def hinted(option: dict[str, Any], hint: Any) -> dict[str, Any]:
    """The option with its hint, tied to it for those who listen."""
    if hint:
        option["hint"] = hint
        option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', option['name'])}_hint"
    return option
