"""Every rule of the house that no tool knows."""

from tests.architecture.rules.reaching import REACHING
from tests.architecture.rules.saying import SAYING
from tests.architecture.rules.shape import SHAPE
from tests.architecture.rules.terms import Found, Rule

RULES = (*REACHING, *SAYING, *SHAPE)

__all__ = ["RULES", "Found", "Rule"]
