"""Files that mean little alone: pages of one answer, tables of one dump; joined by content.

A parser cannot tell whether the rest lies beside a file. So it says what the file is alone,
and passes on what it holds as parts, a kind and a text each. Here they meet, before
anything else is linked; names and order of the files decide nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from predictor.errors import DropError, FaultInReading
from predictor.formats.fields import Row
from predictor.formats.jolpica import answers as jolpica
from predictor.formats.jolpica.ergast_tables import PREFIX, join_tables
from predictor.formats.jolpica.pages import Page, join_pages
from predictor.notes import Note, NoteKind
from predictor.records import ParsedFile

__all__ = ["Completed", "join_parts"]

Parts = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Completed:
    """What the parts of several files come to together; other files stay what they are alone."""

    files: dict[str, ParsedFile] = field(default_factory=dict)  # by path
    refused: dict[str, Note] = field(default_factory=dict)  # path -> why, in place of its own words

    def add(self, path: str, file: ParsedFile) -> None:
        """Add what a part of a file comes to; a file of several parts has them all."""
        known = self.files.get(path)
        if known is not None:
            records = (*known.records, *file.records)
            file = replace(known, records=records, notes=(*known.notes, *file.notes))
        self.files[path] = file
        self.refused.pop(path, None)  # some of it is used


def join_parts(parts: Mapping[str, Parts]) -> Completed:
    """Join what the files of a folder hold in parts.

    Parameters
    ----------
    parts : mapping from str to sequence of (str, str)
        By path: what `ParsedFile.parts` and `DropError.parts` give.
    """
    completed = Completed()
    tables = [path for path, held in parts.items() if any(_is_table(kind) for kind, _ in held)]
    with _guarded(tables, completed):
        completed.files, completed.refused = join_tables(parts) if tables else ({}, {})
    for pages in _answers(parts):
        with _guarded([page.file for page in pages], completed):
            _join_answer(pages, completed)
    return completed


@contextmanager
def _guarded(files: Sequence[str], completed: Completed) -> Iterator[None]:
    """Refuse the files whose joining fails in a way that nobody foresaw; the others go on."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - no file may stop the others, however it breaks
        completed.refused.update(dict.fromkeys(sorted(files), FaultInReading(error).note()))


def _is_table(kind: str) -> bool:
    return kind.startswith(PREFIX)


def _answers(parts: Mapping[str, Parts]) -> list[list[Page]]:
    """Give the pages of each answer that is in several files, or in a file with such a one."""
    answers: dict[tuple[object, ...], list[Page]] = defaultdict(list)
    for path in sorted(parts):
        for kind, text in parts[path]:
            if kind == jolpica.FORMAT:
                page = jolpica.read_answer(Row(json.loads(text), path))
                answers[page.kind, page.total, page.asked].append(page)
    groups = [(pages, {page.file for page in pages}) for pages in answers.values()]
    touched: set[str] = set()
    for _ in groups:  # a file may hold pages of several answers: all of it is read anew then
        for _, files in groups:
            if len(files) > 1 or files & touched:
                touched |= files
    return [pages for pages, files in groups if files & touched]


def _join_answer(pages: Sequence[Page], completed: Completed) -> None:
    """Join the pages of one answer that lie in several files."""
    by_offset: dict[int, list[Page]] = defaultdict(list)
    for page in sorted(pages, key=lambda one: (one.offset, -one.n_rows, one.file)):
        by_offset[page.offset].append(page)
    first = {offset: same[0] for offset, same in by_offset.items()}
    unlike = [
        page
        for offset, same in by_offset.items()
        for page in same
        if _content(page) != _content(first[offset])
    ]
    if unlike:
        one, other = first[unlike[0].offset], unlike[0]
        for page in pages:
            text = (
                f"{one.label} of an answer is here twice and differs, in {one.file} and "
                f"{other.file}; keep the right one"
            )
            completed.refused[page.file] = Note(NoteKind.FILES_DIFFER, text)
        return
    runs = join_pages(list(first.values()))
    missing = _missing(runs)
    for run in runs:
        files = sorted({one.file for one in pages if _is_within(one, run)})
        try:
            parsed = jolpica.parse_pages([run])
        except DropError as error:
            said = error.note()
            refusal = replace(said, text="; ".join(filter(None, (said.text, missing))))
            alone = [file for file in files if file not in completed.files]
            completed.refused |= dict.fromkeys(alone, refusal)
            continue
        gap = (Note(NoteKind.PAGES_MISSING, missing),) if missing else ()
        notes = (*parsed.notes, *gap)
        completed.add(run.file, replace(parsed, notes=notes))
        for file in files:
            if file != run.file:
                text = f"part of {run.label} of an answer, joined with {run.file}"
                note = Note(NoteKind.FILE_JOINED, text)
                completed.add(file, ParsedFile(jolpica.FORMAT, (), notes=(note,)))


def _content(page: Page) -> object:
    return [(dict(race.race.values), len(race.rows)) for race in page.races]


def _is_within(page: Page, run: Page) -> bool:
    return run.offset <= page.offset < run.offset + max(run.n_rows, 1)


def _missing(runs: Sequence[Page]) -> str:
    """Say which rows of an answer are in no file; empty if all are here."""
    gaps, at = [], 0
    for run in runs:
        if run.offset > at:
            gaps.append((at, run.offset))
        at = max(at, run.offset + run.n_rows)
    if at < runs[0].total:
        gaps.append((at, runs[0].total))
    size = max(runs[0].limit, 1)
    pages = sorted({row // size + 1 for first, end in gaps for row in range(first, end, size)})
    shown = ", ".join(map(str, pages))
    if len(pages) > 1:
        return f"pages {shown} of the answer are not here"
    return f"page {shown} of the answer is not here" if pages else ""
