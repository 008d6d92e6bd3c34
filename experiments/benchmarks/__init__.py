"""How fast the model is, one file a question; together they write `docs/benchmarks.md`.

`engine`: what the compiled engine's time goes into, and how it grows. `first_result`: compiling, from cold,
from warm, and after a changed rule. `studies`: how long whole studies take. `objects`: Mesa and AgentPy
running the very same rules. `columns`: AMBER running those that can be columns (`column_rules`). `floor`:
how near the engine is to drawing the luck and doing the arithmetic, which `operations` counts. `sweeps`: a
benchmark of its own, for sweeps. `page` writes the page, and `aims` says what was not met.
"""
