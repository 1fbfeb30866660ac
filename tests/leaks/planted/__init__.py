"""The leaks. Each is one thing that a tired person could write, or forget."""

from tests.leaks.planted.accounts import ACCOUNTS
from tests.leaks.planted.content import CONTENT
from tests.leaks.planted.doors import DOORS
from tests.leaks.planted.openings import OPENINGS
from tests.leaks.planted.paper import PAPERS
from tests.leaks.planted.people import PEOPLE
from tests.leaks.planted.readers import READERS
from tests.leaks.planted.sealed import SEALED
from tests.leaks.planted.signing_in import SIGNING_IN
from tests.leaks.planted.telling import TELLING
from tests.leaks.planted.walls import WALLS

LEAKS = (*ACCOUNTS, *WALLS, *READERS, *PEOPLE, *DOORS, *SIGNING_IN, *OPENINGS, *PAPERS, *CONTENT, *SEALED, *TELLING)

__all__ = ["LEAKS"]
