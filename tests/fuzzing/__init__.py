"""Inputs as they arrive from the world: cut short, edited by hand, of another program, or written to do harm.

A target is one thing that is read, with a valid specimen and the commands that read it. A specimen is harmed,
a command is asked of it, and the answer is judged: an exit code that is promised, one message in sentences,
no traceback, no hang, nothing half written. Each harm follows from a seed and a number, so that whatever
fails can be done again: `python tests/fuzz.py --target regime --seed 1 --index 17`.
"""
