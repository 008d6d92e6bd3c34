"""What people look at: reports, charts and maps of results, drawn in one visual language.

Nothing here simulates: a dashboard reads tables that `experiments` made of runs of `model`, and says in words
and pictures what is in them, how sure one can be, and what they cannot tell.
"""
