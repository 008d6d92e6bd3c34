"""Mutation testing of the rulebook: would a test notice if a rule were written a little wrong?

Each rule is changed in one place, a *mutant*: a plus becomes a minus, a number moves by one, a statement is
left out. A mutant that makes a test fail is killed; one that does not, survives, and either changes nothing
that matters or shows a test that is missing. `python tests/mutate.py` tries them and writes
`docs/mutation.md`.
"""
