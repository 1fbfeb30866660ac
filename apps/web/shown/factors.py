"""Second factors as pages show them."""

from typing import Any

import qrcode
from django.utils.translation import gettext
from qrcode.constants import ERROR_CORRECT_M

from apps.web.shown.times import day
from apps.web.shown.words import Shown

QUIET = 4  # modules of white around the picture, as ISO/IEC 18004 asks


def factor(row: Any) -> Shown:
    """A row of allauth's table: what it is, never what it holds."""
    kind = str(row.type)
    name = str(row.data.get("name", "")) if kind == "webauthn" else ""
    return {
        "id": row.pk,
        "kind": kind,
        "label": gettext("Passkey") if kind == "webauthn" else gettext("Authenticator app"),
        "name": name,
        "added": day(row.created_at),
        "used": day(row.last_used_at) if row.last_used_at else gettext("never"),
    }


def picture(text: str) -> Shown:
    """A QR code as the ``size`` of its square and the ``path`` of its dark modules, for an SVG that the page draws."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, filled in enumerate(row) if filled]
    return {"size": len(rows), "path": "".join(dark)}
