"""What a rule is: a plain Python function of scalars and agents that compiled code can call too.

Called from Python, a rule is an ordinary function that can be stepped through; called from compiled
code, it is compiled. Rules keep to what both can do: scalars, `math`, indexing, loops over agents.
"""

from numba.extending import register_jitable as rule

__all__ = ["rule"]
