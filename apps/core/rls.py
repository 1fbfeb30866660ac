"""Walls and grants in SQL, written once and used by the migrations of every room (DESIGN §8)."""

TOKENS = "nullif(current_setting('app.tokens', true), '')::int[]"
AGENCY = "nullif(current_setting('app.agency', true), '')::uuid"
USER = "nullif(current_setting('app.user', true), '')::uuid"
STAFF = "current_setting('app.staff', true) = 'on'"


def wall(table: str, policies: dict[str, str], grants: str) -> tuple[str, str]:
    """SQL that walls a table for the web role, and its reverse.

    ``policies`` maps SELECT, INSERT, UPDATE, DELETE to a condition; what is not in it is refused. ``grants`` is the web
    role's GRANT list. The worker passes by policy (managed servers refuse BYPASSRLS); the owner too, although forced.
    """
    lines = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"]
    lines += [f"GRANT {grants} ON {table} TO counterpart_web;", _worker(table)]
    for verb, condition in policies.items():
        clause = f"WITH CHECK ({condition})" if verb == "INSERT" else f"USING ({condition})"
        lines.append(f"CREATE POLICY web_{verb.lower()} ON {table} FOR {verb} TO counterpart_web {clause};")
    undo = [f"DROP POLICY web_{verb.lower()} ON {table};" for verb in policies]
    undo += [f"DROP POLICY worker ON {table};", f"DROP POLICY owner ON {table};"]
    undo += [f"REVOKE ALL ON {table} FROM counterpart_web, counterpart_worker;"]
    undo += [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"]
    return "\n".join(lines), "\n".join(undo)


def _worker(table: str) -> str:
    return (
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO counterpart_worker;\n"
        f"CREATE POLICY worker ON {table} TO counterpart_worker USING (true) WITH CHECK (true);\n"
        f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);"
    )


def openly(table: str, web: str, worker: str = "SELECT, INSERT, UPDATE, DELETE") -> tuple[str, str]:
    """GRANTs for a table without content, and their reverse."""
    return (
        f"GRANT {web} ON {table} TO counterpart_web; GRANT {worker} ON {table} TO counterpart_worker;",
        f"REVOKE ALL ON {table} FROM counterpart_web, counterpart_worker;",
    )


def for_staff(table: str, web: str, worker: str = "SELECT, INSERT, UPDATE, DELETE") -> tuple[str, str]:
    """SQL that lets the web role read and change a table for platform administrators only, and its reverse.

    For tables without content whose rows still tell who was told of what: everybody's request may add rows (where ``web``
    grants INSERT), only an administrator's sees any. Not forced: the owner's commands verify and carry.
    """
    verbs = {"SELECT": f"USING ({STAFF})", "UPDATE": f"USING ({STAFF})", "INSERT": "WITH CHECK (true)"}
    policies = {
        f"web_{verb.lower()}": f"FOR {verb} TO counterpart_web {clause}"
        for verb, clause in verbs.items()
        if verb in web
    }
    lines = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;", f"GRANT {web} ON {table} TO counterpart_web;"]
    if worker:
        policies["worker"] = "TO counterpart_worker USING (true) WITH CHECK (true)"
        lines.append(f"GRANT {worker} ON {table} TO counterpart_worker;")
    lines += [f"CREATE POLICY {name} ON {table} {rule};" for name, rule in policies.items()]
    undo = [f"DROP POLICY {name} ON {table};" for name in policies]
    undo += [f"REVOKE ALL ON {table} FROM counterpart_web, counterpart_worker;"]
    return "\n".join(lines), "\n".join([*undo, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"])
