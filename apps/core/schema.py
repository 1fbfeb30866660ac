"""Whether the database has the schema of this build: the migrations on disk against those it has noted down."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader

type_names = frozenset[tuple[str, str]]


@cache
def wanted() -> type_names:
    """App and name of every migration of this build, without those that others have replaced; read once a process."""
    loader = MigrationLoader(None)
    replaced = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    return frozenset(loader.disk_migrations.keys() - replaced)


def pending() -> type_names:
    """The migrations that the database lacks. Raises DatabaseError where it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return wanted()
        cursor.execute("SELECT app, name FROM django_migrations")
        return wanted() - frozenset((app, name) for app, name in cursor.fetchall())
