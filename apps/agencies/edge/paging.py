"""What a list is asked by: parameters, the size of a page, the address of the next one."""

import re
from collections.abc import Collection

from rest_framework.request import Request

from apps.core.errors import Invalid
from apps.core.words import N_

PAGE, LONGEST_PAGE = 50, 200  # rows
SIZE = re.compile(r"[1-9][0-9]{0,2}")


def parameters(request: Request, known: Collection[str]) -> dict[str, str]:
    """The query's parameters; Invalid for a name that nobody reads and for one that is given twice."""
    errors = {}
    for name, values in request.query_params.lists():
        if name not in known:
            errors[name if name.isidentifier() and len(name) < 60 else "?"] = [
                N_("There is no parameter of that name.")
            ]
        elif len(values) > 1:
            errors[name] = [N_("Give this once.")]
    if errors:
        raise Invalid(errors=errors)
    return request.query_params.dict()


def page_size(value: object) -> int:
    """``limit``: how many rows a page holds, 50 where nothing is said."""
    if value is None:
        return PAGE
    words = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not SIZE.fullmatch(words) or int(words) > LONGEST_PAGE:
        raise Invalid(errors={"limit": [N_("Enter a number from 1 to 200.")]})
    return int(words)


def next_page(request: Request, cursor: str | None) -> str | None:
    """The absolute address of the page that begins at ``cursor``; None where there is none."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
