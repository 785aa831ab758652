"""What was made before, for whoever makes the same site many times."""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from generator.files import is_editors
from generator.parallel import Mapper

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_Value = TypeVar("_Value")
_Ingredients = ParamSpec("_Ingredients")


class Memory:
    """Keeps the latest value of each name with everything that it was made from."""

    _keeps = True

    def __init__(self) -> None:
        self._made: dict[str, tuple[object, Any]] = {}

    def recall(
        self,
        name: str,
        make: Callable[_Ingredients, _Value],
        *ingredients: _Ingredients.args,
        **more: _Ingredients.kwargs,
    ) -> _Value:
        """What `make` gave for equal ingredients last time, else what it gives now."""
        known = self._made.get(name)
        if known is not None and known[0] == (ingredients, more):
            value: _Value = known[1]
            return value
        value = make(*ingredients, **more)
        if self._keeps:
            self._made[name] = ((ingredients, more), value)
        return value

    def read(self, name: str, read: Callable[[Sequence[Path]], _Value], folders: Sequence[Path]) -> _Value:
        """What these folders gave last time where every file in them is as it was then, else what they give now."""
        return self.recall(name, lambda folders, _: read(folders), folders, files_state(folders))

    def map(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]:
        """Like `map`: of a file or a batch of pages that is as it was, and a function with the same settings."""
        called, settings = getattr(function, "func", function), getattr(function, "keywords", {})
        for number, item in enumerate(items):
            is_file = isinstance(item, Path)
            name = f"{called.__name__} {item if is_file else number}"
            state = _state(item) if isinstance(item, Path) else None
            yield self.recall(name, lambda item, *_: function(item), item, settings, state)


class NoMemory(Memory):
    """Makes everything anew, and keeps nothing."""

    _keeps = False

    def __init__(self, mapper: Mapper = map) -> None:
        """`mapper` is like `map`: one that uses several processes makes a large site sooner."""
        super().__init__()
        self._mapper = mapper

    def map(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]:
        """The function's value for each item, in their order."""
        return self._mapper(function, items)


def files_state(folders: Iterable[Path]) -> list[tuple[str, ...]]:
    """What tells the files of folders from what they were before: the path of each, its time, size and number."""
    return [
        _state(Path(parent, name))
        for folder in folders
        for parent, _, names in os.walk(folder)
        for name in sorted(names)
        if not is_editors(name)
    ]


def _state(path: Path) -> tuple[str, ...]:
    """What tells a file from what it was before; of one that cannot be asked, such as a link to nowhere, its name."""
    with suppress(OSError):
        status = os.stat(path)  # noqa: PTH116 - of every page, at every change
        return str(path), *map(str, (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    return (str(path),)
