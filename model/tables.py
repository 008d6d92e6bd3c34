"""Reading tables of facts strictly: nothing comes in that the data dictionary does not describe.

A folder of facts holds one CSV file a table and `dictionary.csv`, which says of every column its type,
unit, allowed values, what a blank means, whether it is part of the key, and which other column it
refers to. The checks are that dictionary, carried out; there is no second description in code.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import NamedTuple

import polars as pl

from model.quarters import WRITTEN_QUARTER, parse_quarter, quarter_index
from model.reading import content_of

DICTIONARY = "dictionary.csv"
DICTIONARY_COLUMNS = (
    "table", "column", "key", "type", "unit", "allowed", "refers_to", "blank", "meaning", "source",
)  # fmt: skip
PARTIAL_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
LISTED_PROBLEMS = 20
QUOTED = 80
"""Characters of a cell that a message quotes."""
HEADER_LINES = 1

TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "text": "text",
    "code": "one of the codes of the dictionary",
    "boolean": "true or false",
    "date": "a day written as 2019-12-31",
    "partial date": "a day, month or year written as 2019-12-31, 2019-12 or 2019",
    "quarter": "a quarter written as 2019Q4",
}
"""The types of the dictionary and what each looks like in a file."""


class FactsError(ValueError):
    """A table of facts is missing, cannot be read, or says something that is not allowed."""


class Problem(NamedTuple):
    """One cell that is not allowed: where it stands, what is given and what is allowed."""

    file: str
    line: int
    column: str
    given: object
    allowed: str

    def __str__(self) -> str:
        given = "a blank" if self.given is None else shortened(repr(self.given))
        return (
            f"{self.file}, line {self.line}, column {self.column}: "
            f"{given} is given, but allowed is {self.allowed}"
        )


def shortened(text: str) -> str:
    """A text as far as a message quotes it."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}..."


def refuse(problems: Sequence[Problem]) -> None:
    """Raise a FactsError that lists the problems, up to a limit; silent if there are none."""
    if problems:
        listed = [str(problem) for problem in problems[:LISTED_PROBLEMS]]
        if len(problems) > LISTED_PROBLEMS:
            listed.append(f"... and {len(problems) - LISTED_PROBLEMS} more")
        raise FactsError("\n".join(listed))


@dataclass(frozen=True)
class Column:
    """A column as the dictionary describes it."""

    name: str
    key: bool
    type: str
    allowed: str
    refers_to: str
    blank: str

    def value(self) -> pl.Expr:
        """The typed value of a cell; null where the text is not of the column's type."""
        text = pl.col(self.name)
        match self.type:
            case "integer":
                return text.cast(pl.Int64, strict=False)
            case "number":
                number = text.cast(pl.Float64, strict=False)
                return pl.when(number.is_finite()).then(number)
            case "boolean":
                return pl.when(text.is_in(["true", "false"])).then(text == "true")
            case "date":
                return text.str.to_date("%Y-%m-%d", strict=False)
            case "partial date":
                return pl.when(text.str.contains(PARTIAL_DATE)).then(text)
            case "quarter":
                year, number = text.str.slice(0, 4).cast(int, strict=False), text.str.slice(5, 1)
                index = quarter_index(year, 3 * number.cast(int, strict=False))
                return pl.when(text.str.contains(WRITTEN_QUARTER)).then(index)
            case _:
                return text

    def outside(self) -> pl.Expr | None:
        """Whether a typed value lies outside what the dictionary allows; None if all is allowed."""
        if self.type == "code":
            return ~self.value().is_in(self.allowed.split(";"))
        if ".." not in self.allowed:
            return None
        low, high = self.allowed.split("..")
        value = self.value()
        if self.type == "quarter":
            return ~value.is_between(parse_quarter(low), parse_quarter(high))
        if self.type == "date":
            return ~value.is_between(pl.lit(low).str.to_date(), pl.lit(high).str.to_date())
        if self.type == "partial date":
            value = value.str.slice(0, 4).cast(int)
        return ~value.is_between(float(low), float(high))

    def describe(self) -> str:
        """What is allowed in this column, in words."""
        if self.type == "code":
            words = "one of " + ", ".join(self.allowed.split(";"))
        elif ".." in self.allowed:
            low, high = self.allowed.split("..")
            words = f"{TYPES[self.type]} from {low} to {high}"
        else:
            words = TYPES[self.type]
        return f"{words}, or a blank for {self.blank!r}" if self.blank else f"{words}, never a blank"


def read_text(folder: Traversable, file: str) -> pl.DataFrame:
    """Read a CSV file with every cell as text, blanks as null."""
    try:
        content = content_of(folder.joinpath(file))
    except OSError as error:
        raise FactsError(f"{file}: cannot be opened in {folder} ({error.strerror})") from error
    try:
        return pl.read_csv(io.BytesIO(content), infer_schema=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).splitlines()[0]
        raise FactsError(f"{file}: is not a CSV file in UTF-8 with equal rows ({reason})") from error


def read_dictionary(folder: Traversable) -> dict[str, list[Column]]:
    """Read the data dictionary: the columns of every table, in their order."""
    frame = read_text(folder, DICTIONARY)
    if tuple(frame.columns) != DICTIONARY_COLUMNS:
        raise FactsError(
            f"{DICTIONARY}, line 1: the columns are {', '.join(frame.columns)}, "
            f"but must be {', '.join(DICTIONARY_COLUMNS)}"
        )
    tables: dict[str, list[Column]] = {}
    problems: list[Problem] = []
    for line, row in enumerate(frame.fill_null("").iter_rows(named=True), start=1 + HEADER_LINES):
        columns = tables.setdefault(row["table"], [])
        if row["type"] == "table":
            continue
        if row["type"] not in TYPES:
            allowed = "one of " + ", ".join(TYPES)
            problems.append(Problem(DICTIONARY, line, "type", row["type"], allowed))
        key = row["key"] == "yes"
        columns.append(
            Column(row["column"], key, row["type"], row["allowed"], row["refers_to"], row["blank"])
        )
    refuse(problems)
    return tables


def read_table(
    folder: Traversable, table: str, columns: Sequence[Column]
) -> tuple[pl.DataFrame, list[Problem]]:
    """Read one table; return it typed, with the problems found in its own cells.

    Raises:
        FactsError: The file is missing, is not CSV, or its columns are not those of the dictionary.
    """
    file = f"{table}.csv"
    text = read_text(folder, file)
    expected = [column.name for column in columns]
    if text.columns != expected:
        raise FactsError(
            f"{file}, line 1: the columns are {', '.join(text.columns)}, "
            f"but by the dictionary must be {', '.join(expected)}"
        )
    wrong = text.select(_wrong(column).alias(column.name) for column in columns)
    any_wrong = wrong.select(pl.all().any()).row(0, named=True)
    problems = [
        problem
        for column in columns
        if any_wrong[column.name]
        for problem in problems_where(file, text, column.name, _wrong(column), column.describe())
    ]
    keys = [column.name for column in columns if column.key]
    repeated = ~pl.struct(keys).is_first_distinct()
    given = pl.concat_str(keys, separator=", ", ignore_nulls=True)
    allowed = "one row for each " + ", ".join(keys)
    problems += problems_where(file, text, ", ".join(keys), repeated, allowed, given)
    typed = text.select(column.value().alias(column.name) for column in columns)
    return typed, problems


def broken_references(
    tables: Mapping[str, pl.DataFrame], dictionary: Mapping[str, Iterable[Column]]
) -> list[Problem]:
    """Cells that refer to something absent from the table they refer to."""
    problems = []
    for table, columns in dictionary.items():
        for column in columns:
            if not column.refers_to:
                continue
            other, _, name = column.refers_to.partition(".")
            frame = tables[table]
            if other not in tables or name not in tables[other].columns:
                raise FactsError(
                    f"{DICTIONARY}: column {column.name} of {table} refers to {column.refers_to[:200]!r},"
                    " but must refer to a column of a table, written as table.column"
                )
            absent = ~pl.col(column.name).is_in(tables[other][name].to_list())
            problems += problems_where(
                f"{table}.csv", frame, column.name, absent, f"a {name} listed in {other}.csv"
            )
    return problems


def problems_where(
    file: str, frame: pl.DataFrame, column: str, wrong: pl.Expr, allowed: str, given: pl.Expr | None = None
) -> list[Problem]:
    """List the cells of a column that meet a condition, with the line an editor would show for each.

    `given` is what is shown as the cell's value where that is not the column itself.
    """
    value = pl.col(column) if given is None else given
    rows = frame.with_row_index("row").filter(wrong).select("row", value.cast(str).alias("given"))
    return [Problem(file, row + 1 + HEADER_LINES, column, value, allowed) for row, value in rows.iter_rows()]


def _wrong(column: Column) -> pl.Expr:
    """Whether a cell is blank without leave, not of its type, or outside what is allowed."""
    text = pl.col(column.name)
    wrong = text.is_not_null() & column.value().is_null()
    if not column.blank:
        wrong |= text.is_null()
    outside = column.outside()
    return wrong if outside is None else wrong | outside.fill_null(value=False)
