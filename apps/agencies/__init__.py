"""Who takes part: agencies, the countries they answer for, the people in them, and what each may hold.

An *actor* is a person as every query and action sees them: ids, roles and tokens, computed when the request starts.
``with acting(actor)`` is the only way to the database for a person. An agency's *token* is an integer from 100; its users
with restricted clearance (the liaisons) hold its negative too. A *jurisdiction* says which agency answers for a country
and a part of the route.
"""
