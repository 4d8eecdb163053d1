"""Words of figures, pages and workbooks in English and Chinese, from `data/labels.csv`; variables have their own table.

A row is `kind,name,en,zh`: the name of a province, sector, technology, lever, target and so on, or (kind `phrase`) a
phrase with `{places}` to fill.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from decarb.errors import DataError
from decarb.variables import did_you_mean, shipped

COLUMNS: Final = ["kind", "name", "en", "zh"]


def named(kind: str, name: str, language: str = "en") -> str:
    """Return how a thing is called, such as a province.

    Raises
    ------
    DataError
        It stands in no row, or the language is neither "en" nor "zh".

    Examples
    --------
    >>> named("technology", "wind"), named("technology", "wind", "zh")
    ('Wind', '风电')
    """
    rows = labels()
    if (kind, name) not in rows:
        alike = tuple(other for of, other in rows if of == kind)
        raise DataError(f'data/labels.csv: no {kind} is called "{name}"; {did_you_mean(name, alike)}')
    words = rows[kind, name]
    if language not in words:
        raise DataError(f'"{language}" is no language of the labels; write "en" or "zh"')
    return words[language]


def phrase(name: str, language: str = "en", **values: object) -> str:
    """Return a phrase with its places filled; values may carry a format, as in `{share:.0%}`.

    Examples
    --------
    >>> phrase("peak-by", year=2030), phrase("peak-by", "zh", year=2030)
    ('peak by 2030', '2030年前达峰')
    """
    return named("phrase", name, language).format(**values)


@lru_cache(maxsize=1)
def labels() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return all rows by kind and name: language -> words.

    Raises
    ------
    DataError
        The table has other columns, a row stands twice, or a cell is empty.
    """
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    with shipped("data", "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows, []) != COLUMNS:
            raise DataError(f"labels.csv:1: write the columns {','.join(COLUMNS)}")
        for cells in rows:
            if len(cells) != len(COLUMNS) or not all(cell.strip() for cell in cells) or (cells[0], cells[1]) in found:
                raise DataError(f"labels.csv:{rows.line_num}: a row lacks a cell or stands twice")
            found[cells[0], cells[1]] = MappingProxyType({"en": cells[2], "zh": cells[3]})
    return MappingProxyType(found)
