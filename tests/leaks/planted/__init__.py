"""The leaks. Each is one thing that a tired person could write, or forget."""

from tests.leaks.planted.doors import DOORS
from tests.leaks.planted.people import PEOPLE
from tests.leaks.planted.readers import READERS
from tests.leaks.planted.walls import WALLS

LEAKS = (*WALLS, *READERS, *PEOPLE, *DOORS)

__all__ = ["LEAKS"]
