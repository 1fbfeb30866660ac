"""What happened, written in the same transaction as the happening, and carried on at least once.

An *event* is a past-tense frozen dataclass of ids. Publishing writes one Event row and one *delivery* row for each
handler that subscribed to it. The relay claims deliveries with SKIP LOCKED, runs the handler and marks the delivery
done in one transaction: a handler's effects and its done-mark commit together, or neither does.
"""
