"""What each framework's hub is like: one object a framework, in a file of its own that is found by its name here."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from generator.frameworks.framework import Framework
from generator.frameworks.kernel_environment import KernelEnvironment
from generator.model.run import Environment

DEFAULT = "megengine"
"""The framework of a hub that names none."""

_NO_FRAMEWORKS = ("framework", "kernel_environment")
"""The modules that say what one is."""


@cache
def names() -> tuple[str, ...]:
    """Every framework's name, as hub.toml and front matter have it."""
    return tuple(sorted(found.name for found in iter_modules(__path__) if found.name not in _NO_FRAMEWORKS))


@cache
def framework(name: str) -> Framework:
    """The framework of a name. Raises KeyError for the name of none."""
    if name not in names():
        raise KeyError(name)
    found: Framework = import_module(f"{__name__}.{name}").FRAMEWORK
    return found


def in_words(environment: Environment) -> tuple[str, str]:
    """The framework of an environment and its version; empty where it is not installed, or a framework of no file."""
    known = environment.framework in names()
    title = framework(environment.framework).title if known else environment.framework
    return title, framework(environment.framework).version(environment.packages) or "" if known else ""


@cache
def kernel_environments() -> Mapping[str, KernelEnvironment]:
    """By framework, the environments that can be installed."""
    return {one.name: one.environment for one in frameworks() if one.environment.requirements}


@cache
def frameworks() -> tuple[Framework, ...]:
    """All of them."""
    return tuple(framework(name) for name in names())
