"""What the analyses of sweeps take when nothing else is asked for, for Python and for the commands.

Nothing is imported here, so that a command can show its options before it loads an analysis.
"""

SEED = 1
"""Of what is drawn at random in an analysis."""

RESAMPLES = 300
"""Of the bootstrap behind the intervals of a sensitivity analysis."""

ASIDE = 0.33
"""Share of points that scenario discovery keeps aside."""

BOXES = 1
"""Boxes that it looks for."""

THRESHOLD = 0.8
"""Density that it asks of a box."""

DEPTH = 3
"""Questions on the way to a leaf of its tree."""
