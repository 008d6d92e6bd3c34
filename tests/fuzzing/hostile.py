"""Values that nobody hopes for, in the forms in which they can be given."""

from collections.abc import Sequence
from random import Random

LONG = "x" * 5000
DIGITS = "9" * 5000
"""More digits than Python turns into a number."""
DEEP = 3000
"""Brackets within each other: more than Python's parsers follow."""

WORDS: Sequence[str] = (
    *("", " ", "-", "--", "\n", ",", "=", ".", "..", "/", "*", "%", "%00", "None", "null", "true", "nan", "inf", "-inf"),
    *("0", "-1", "1", "2", "3.5", "1e3", "1e308", "1e400", "-0.0", "0x10", "1_0", "٣", "１"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "4294967296", DIGITS, LONG),
    *("é", "☃", "\u202e", "\ufeff", "a\tb", "[red]b[/red]", "[/]", "{0}", "%s", "<b>", "'", '"', "\\", "\udcff"),
    *("none", "shipped", "all", "ad_hoc", "trust", "mine.toml", "nowhere.toml", ".toml", "nowhere", "folder.toml"),
    *("director.blame=nan", "director.blame=", "=1", "director.blame", "director.blame=1e400", "regime.fallback=x"),
    *("director.blame=true", f"director.blame={DIGITS}", "nation.funding_shift=-1", "regime.market=2", "a=b=c"),
    *("2014Q1", "2019Q4", "2016Q5", "0000Q0", "9999Q4", "2014q1", "1/2", "0/0", "C18", "c18", "quality_end", "/dev/null"),
    *("/dev/full", "../..", "folder", "pipe", "loop", "/proc/self/nothing", "a/b/c", "x.csv", "x.parquet", "x.nc", "x.md"),
)  # fmt: skip
"""On a command line or in an address."""

TOML = (
    *("nan", "inf", "-inf", "-1", "0", "1e308", "1e400", "-1e400", "true", "false", '""', '" "', '"none"', '"nan"', "[]", "{}"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", DIGITS, f'"{LONG}"', "1979-05-27", "07:32:00"),
    *('"\\u0000"', '"a\\u0000.csv"', '"é☃"', "[1, 2]", '["ad_hoc"]', '["ad_hoc", 1]', "[[]]", '{ a = 1 }', "0x7f", "1_000", "--1"),
    *("'''", '"', "[" * DEEP + "]" * DEEP, '"\\u202e"', "1e3", "0.5", '"nowhere.toml"', '"folder.toml"', '"x.csv"', '"pipe"'),
)  # fmt: skip
"""As the text of a TOML value."""

JSON: Sequence[object] = (
    *(None, True, False, 0, -1, 1, 1e308, float("nan"), float("inf"), 10**30, "", " ", LONG, "nan", "\0", "é☃", "\udcff"),
    *([], [1], [[]], {}, {"a": 1}, "x" * 3, 2**63, -(2**63) - 1, "../..", "a/b", 0.5),
)  # fmt: skip
"""In the place of a JSON value."""

CELLS = (
    *("", " ", "nan", "inf", "-1", "0", "1e308", "1e400", "9223372036854775808", DIGITS, LONG, '"', '""', "\0", "é☃", "\ufeff"),
    *("true", "null", "NA", "2016Q3", "2016Q9", "9999Q4", "-001Q1", "Good", "good ", "202", "1.5", "2019-12-31", "\n", ",", "٣٣٣"),
)  # fmt: skip
"""In the place of a CSV cell."""


def pick(random: Random, choices: Sequence[object]) -> object:
    """One of some values."""
    return choices[random.randrange(len(choices))]
