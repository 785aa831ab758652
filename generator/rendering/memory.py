"""What was made before, for whoever renders the same site many times."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

_Value = TypeVar("_Value")
_Ingredients = ParamSpec("_Ingredients")


class Memory:
    """Keeps the latest value of each name with everything that it was made from."""

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
        self._made[name] = ((ingredients, more), value)
        return value


class NoMemory(Memory):
    """Makes everything anew, and keeps nothing."""

    def recall(
        self,
        name: str,
        make: Callable[_Ingredients, _Value],
        *ingredients: _Ingredients.args,
        **more: _Ingredients.kwargs,
    ) -> _Value:
        """What `make` gives now."""
        return make(*ingredients, **more)
