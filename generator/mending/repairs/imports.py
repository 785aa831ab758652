"""Names that are used and never imported."""

import ast
import re
from collections.abc import Iterator

from generator.checking.rules.code import USUAL_IMPORTS
from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.model.mending import Candidate

_NO_NAME = re.compile(r"name '(?P<name>\w+)' is not defined")


def missing_import(failure: Broken) -> Iterator[Candidate]:
    """A name that nothing binds, and that the page or usage tells how to import.

    Known are names that another snippet of the page imports, and the usual abbreviations (`np`, `F`, `cv2`). A name
    that the page itself binds anywhere is no missing import: there, something else is in the wrong order.
    """
    match = _NO_NAME.match(failure.error.message)
    if failure.error.name != "NameError" or not match:
        return
    name = match["name"]
    elsewhere = [statement for code in failure.codes for statement in _imports_of(name, code.tree)]
    if not elsewhere and any(name in code.binds for code in failure.codes):
        return
    usual = [USUAL_IMPORTS[name]] if name in USUAL_IMPORTS else []
    for statement in dict.fromkeys([*elsewhere, *usual]):
        yield Candidate((failure.import_first(statement),), f"`{statement}`")


def _imports_of(name: str, tree: ast.Module | None) -> Iterator[str]:
    """Import statements for this name alone, as far as the code has them."""
    for node in ast.walk(tree) if tree else ():
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if (alias.asname or alias.name.partition(".")[0]) == name:
                one = ast.unparse(alias)
                yield (
                    f"from {'.' * node.level}{node.module or ''} import {one}"
                    if isinstance(node, ast.ImportFrom)
                    else f"import {one}"
                )


REPAIRS: tuple[Repair, ...] = (Repair(missing_import),)
