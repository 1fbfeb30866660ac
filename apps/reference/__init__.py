"""The words that every agency shares: countries, taxa, specimen terms, units, HS codes.

Words: a *vocabulary* is a table of published codes; an *active* row is offered in forms and
written to others, an inactive one is still read; a *pseudo-country* is a code that stands for no
single country (``XX`` unknown, ``XF`` Africa) and is looked after by a coordinating body.

Invariants: a row is never deleted, only deactivated, because reports point at it; a row's English
label is always there; a name resolves to one taxon or to none; ``NA`` is Namibia.
"""
