"""No decision hangs on the words of a message: they are for people, and may be improved any day."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.rules.sources import trees

# Methods that ask what a text says; others only write, as `replace` and `join`.
_ASKING = frozenset(
    ("startswith", "endswith", "find", "index", "count", "partition", "rpartition", "split")
)
_SEARCHING = frozenset(("search", "match", "fullmatch", "findall", "finditer"))
_PARTS = frozenset(("args", "what", "got", "expected", "do", "__notes__"))  # of an error
_ERRORS = frozenset(("error", "answer"))  # beside the names of `except` clauses
_TOLD = frozenset(("reason", "words"))  # what a value keeps for a person
_NOTES = frozenset(("note", "refusal", "rejection"))
_LITERAL = (ast.Constant, ast.Tuple, ast.Set, ast.List)


def decisions(tree: ast.AST) -> Iterator[ast.expr]:
    """Give the expressions that ask what an error or a note says."""
    errors = _ERRORS | {
        node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name
    }
    for node in ast.walk(tree):
        is_found = (isinstance(node, ast.Compare) and _compares(node, errors)) or (
            isinstance(node, ast.Call) and _searches(node, errors)
        )
        if is_found:
            yield node


def _searches(node: ast.Call, errors: frozenset[str]) -> bool:
    """Whether a call asks how words begin, what they hold, or takes them apart."""
    if not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr in _SEARCHING:
        return any(_is_words(one, errors) for one in node.args)
    text = node.func.value
    is_told = isinstance(text, ast.Attribute) and text.attr in _TOLD
    is_text = _is_words(text, errors) or _is_name(text, _TOLD) or is_told
    # To show the first line, or to lay words out anew, is no decision.
    is_laid_out = not node.args or ast.unparse(node.args[0]) == repr("\n")
    return node.func.attr in _ASKING and is_text and not is_laid_out


def _compares(node: ast.Compare, errors: frozenset[str]) -> bool:
    """Whether a comparison looks for something in words, or holds them against given ones."""
    sides = [node.left, *node.comparators]
    for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
        has_words = _is_words(left, errors) or _is_words(right, errors)
        is_given = isinstance(left, _LITERAL) or isinstance(right, _LITERAL)
        if isinstance(op, ast.In | ast.NotIn) and _is_words(right, errors):
            return True
        if isinstance(op, ast.In | ast.NotIn | ast.Eq | ast.NotEq) and has_words and is_given:
            return True
    return False


def _is_words(node: ast.expr, errors: frozenset[str]) -> bool:
    """Whether an expression is the text of an error or a note, or the name of its class."""
    if isinstance(node, ast.Subscript):
        return _is_words(node.value, errors)
    if isinstance(node, ast.JoinedStr):
        shown = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return any(_is_name(part, errors) or _is_words(part, errors) for part in shown)
    if isinstance(node, ast.Attribute):
        is_class = node.attr == "__name__" and isinstance(node.value, ast.Call)
        is_part = node.attr in _PARTS and _is_name(node.value, errors)
        is_text = node.attr == "text" and _is_name(node.value, _NOTES)
        return is_part or is_text or (is_class and _is_name(node.value.args[0], errors))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_same = node.func.attr in ("lower", "casefold", "strip")
        return node.func.attr == "one_line" or (is_same and _is_words(node.func.value, errors))
    if isinstance(node, ast.Call) and _is_name(node.func, {"str", "repr"}):
        return any(_is_name(one, errors | _NOTES) for one in node.args)
    return _is_name(node, _NOTES)


def _is_name(node: ast.expr, names: frozenset[str] | set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


@pytest.mark.parametrize("package", ["predictor", "services"])
def test_source__no_decision_hangs_on_the_words_of_a_message(package):
    found = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in trees(package).items()
        for node in decisions(tree)
    ]
    assert not found, "decide on the kind, the class or a value instead"


@pytest.mark.parametrize(
    "planted",
    [
        "'only part of' in str(error)",
        "'only part of' not in error.what",
        "error.args[0] == 'gone'",
        "type(error).__name__ == 'RunCancelled'",
        "type(error).__name__ in ('UsageError', 'DropError')",
        "answer.what.startswith('cannot be ')",
        "str(error).lower().startswith('no such')",
        "error.one_line().partition(':')[0] == 'x'",
        "re.search('cut', str(error))",
        "_CUT.search(f'{error}')",
        "any(phrase in note for phrase in phrases)",
        "'left out' in note.text",
        "'left out' in str(note)",
        "reason.startswith('is of schema')",
        "reason.startswith(_OTHER_SCHEMA)",
        "reason.partition(':')",
        "found.words.startswith('is of schema')",
        "try: pass\nexcept ValueError as trouble: found = 'gone' in str(trouble)",
    ],
)
def test_decisions__a_planted_one_is_found(planted):
    assert list(decisions(ast.parse(planted)))


@pytest.mark.parametrize(
    "fine",
    [
        "error.kind == NoUsableInput.kind",
        "isinstance(error, RunCancelled)",
        "error.recovery is Recovery.RETRY",
        "note.kind in _IN_FIGURES",
        "note.kind is NoteKind.CUT",
        "f'{type(error).__name__}: {error}'",
        "str(note).replace(f'; at {file};', ';')",
        "'; '.join([error.one_line(), why])",
        "str(error).partition('\\n')[0]",
        "' '.join(str(error).split())",
        "note != self._note",
    ],
)
def test_decisions__to_show_words_or_to_ask_for_kinds_is_none(fine):
    assert not list(decisions(ast.parse(fine)))
