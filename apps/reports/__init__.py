"""Reports: a seizure, operational intelligence or an analysis, filed once.

A *report* shares its id with its label, which decides who sees it. A *draft* is its agency's; submitting gives it a
*reference* (``SR-2026-…``), an audience and a place in every reader's list; withdrawing leaves a *tombstone*. *Specimens*
(items) keep quantities as reported, mass also in grams. *Stops* are the route's countries and the parts they played.
"""
