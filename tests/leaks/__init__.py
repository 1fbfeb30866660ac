"""Leaks that are planted on purpose, each with the test that must turn red. A leak that nothing catches is a hole.

``python -m tests.leaks`` plants each in a copy of this tree, on servers of its own, and runs its test alone:
``python -m tests.leaks NAME…`` only those. It prints CAUGHT, HOLE (the test stayed green) or BROKEN (the leak no longer
fits the source, or its test no longer runs), and ends with 0 only where every leak was caught.
"""
