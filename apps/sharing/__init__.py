"""Who may see what, and why.

Everything that not everybody may see carries a *label*: facts (originator, author, TLP, law-enforcement-only, handling,
named, withheld-from, counterparts of the route) and the *audience* that the policy makes of them. *Grants* explain (who,
why, since when, until when); ``Label.audience`` decides: visible is ``audience && tokens AND NOT withheld && tokens``, in
the queryset and in the database's row-level security alike. ``actions.relabel`` is the only writer of both.
"""
