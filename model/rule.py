"""What a rule is: a plain Python function of scalars and agents that compiled code can call too.

Called from Python, a rule is an ordinary function that can be stepped through; called from compiled
code, it is compiled. Rules keep to what both can do: scalars, `math`, indexing, loops over agents.
"""

import os
from collections.abc import Callable
from typing import Any, TypeVar

# Intel's vector mathematics, where numba finds it, rounds differently from plain Python.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")
from numba.extending import register_jitable

Function = TypeVar("Function", bound=Callable[..., Any])

_COMPILE_LEAN = {"no_cfunc_wrapper": True, "no_rewrites": True, "forceinline": True}
"""Rules are called by compiled code only: without entries for C and rewriting they compile a fifth faster.

Every rule becomes part of the one that calls it: most are called for every council in every quarter, and a
world alone is some sixty numbers to hand over.
"""


def rule(function: Function) -> Function:
    """Declare a rule; the function itself stays as it is."""
    marked: Function = register_jitable(**_COMPILE_LEAN)(function)
    return marked
