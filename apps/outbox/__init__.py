"""What happened, written in the same transaction as the happening, and carried on at least once.

An *event* is a past-tense frozen dataclass of ids. Publishing writes one Event row and one *delivery* row for each
handler that subscribed to it. The relay claims deliveries with SKIP LOCKED, counting the attempt before it is made, and
runs the handler: its effects and its done-mark commit together, or neither does. A handler that talks to another machine
runs *outside* that transaction, at least once. What fails waits, each time longer; what fails too often is dead, for an
administrator to see and retry. The *bell* tells the worker that something waits; it may be lost, the rows cannot.
"""
