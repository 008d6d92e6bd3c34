"""The map of `experiments`: whoever looks for something finds every module in it."""

import re
from importlib.resources import files
from pkgutil import iter_modules

import experiments


def test_every_module_of_the_experiments_stands_in_their_map_and_nothing_else_does():
    named = set(re.findall(r"`(\w+)`", experiments.__doc__))
    there = {module.name for module in iter_modules([str(files("experiments"))])}
    assert named == there
