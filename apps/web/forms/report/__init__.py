"""The report form: its sections, in pieces that a page shows all at once or one at a time.

What is typed becomes the same JSON that the API takes (``entered``), and what the verbs say of it comes back by the same
paths (``items.0.taxon``) and is put beside the field (``tell``).
"""

from apps.web.forms.report.filing import SECTIONS, Filing, order_of, section_title
from apps.web.forms.report.lists import Lists
from apps.web.forms.report.section import Section

__all__ = ["SECTIONS", "Filing", "Lists", "Section", "order_of", "section_title"]
