"""Whether the role that serves pages could see past the walls. Asked before anything is served, in every environment."""

from django.db import connection

# Every role that the connected one is or may become, and what would let it past row-level security.
_ROLES = """
WITH walled AS (
    SELECT c.relowner, p.polroles, pg_get_expr(p.polqual, p.polrelid) AS condition
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
), reachable AS (
    SELECT r.rolname, r.rolsuper AS super, r.rolbypassrls AS bypass,
           EXISTS (SELECT FROM walled w WHERE w.relowner = r.oid) AS owner,
           EXISTS (SELECT FROM walled w WHERE r.oid = ANY (w.polroles) AND w.condition = 'true') AS admitted
    FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
)
SELECT rolname, super, bypass, owner, admitted FROM reachable
WHERE super OR bypass OR owner OR admitted ORDER BY rolname <> session_user, rolname
"""
_OPEN = """
SELECT DISTINCT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE NOT c.relrowsecurity ORDER BY c.relname
"""
WHY = ("is a superuser", "has BYPASSRLS", "owns tables behind the walls", "is let through by a policy")
CURE = "Give DATABASE_URL the role counterpart_web (`manage.py create_roles` makes it), and migrate as another."


class Breached(Exception):
    """The walls would not hold; the message says why and what to do."""


def assert_walls() -> None:
    """Raise Breached where the connected role is, or may become, one that passes row-level security, or a wall is off.

    A superuser may become any role, so the first row that is found names the connected role itself where it is one.
    Raises OperationalError where the database does not answer: then nothing is known.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        (login,) = cursor.fetchone()
        cursor.execute(_ROLES)
        roles = cursor.fetchall()
        cursor.execute(_OPEN)
        tables = [name for (name,) in cursor.fetchall()]
    if roles:
        raise Breached(_sentence(login, roles[0][0], roles[0][1:]))
    if tables:
        raise Breached(f"Row-level security is switched off for {', '.join(tables)}: switch it on before serving.")


def _sentence(login: str, role: str, facts: tuple[bool, ...]) -> str:
    why = " and ".join(reason for reason, holds in zip(WHY, facts, strict=True) if holds)
    who = f"The database role {login!r}" if role == login else f"The database role {login!r} may become {role!r}, which"
    return f"{who} {why}: pages served as it could see past the walls. {CURE}"
