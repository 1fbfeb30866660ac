"""The machine: people, administrators, operations and the worker do anything in any order."""

from tests.machines.desk import Desk
from tests.machines.people import People


class Machine(People, Desk):
    """All of them in one story."""
