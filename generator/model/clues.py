"""What a kernel knew when a snippet failed, beyond the traceback: what a repair goes by."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """What a name stood for. Never its contents: types, shapes and names alone."""

    name: str
    type: str
    """Qualified: numpy.ndarray, megengine.tensor.Tensor, builtins.module."""
    dtype: str = ""
    """Of an array or tensor: float64."""
    shape: tuple[int, ...] | None = None
    """Of an array or tensor."""
    module: str = ""
    """What a module calls itself: megengine.functional."""
    names: tuple[str, ...] = ()
    """What a hub repository's hubconf.py offers, dotted where it stands in a module within."""

    @property
    def is_array(self) -> bool:
        """Whether it is NumPy's."""
        return self.type == "numpy.ndarray"


@dataclass(frozen=True, slots=True)
class Clues:
    """What a kernel said of the object that a failure was about."""

    owner: Value | None = None
    """What lacks the attribute that was asked for, or the hubconf.py that lacks an entry."""
    attribute: str = ""
    """The attribute, the name that was not defined, or the module that was not found."""
    is_submodule: bool = False
    """Whether the owner is a package, and the attribute a module of it that nothing has imported."""
    is_of_framework: bool = False
    """Whether the name that was not defined is one that MegEngine's package offers: functional, Tensor."""
    is_of_repository: bool = False
    """Whether the module that was not found would be in a hub repository: one that was loaded has its first part."""
    places: tuple[str, ...] = ()
    """Where modules within the owner, a module, have something of that name: `vision.nms`; one for each such thing."""
    names: tuple[str, ...] = ()
    """The public names that the owner has."""
    parameters: tuple[str, ...] = ()
    """What the owner's `forward` asks for, where it is a model: names, those with a default end in `=`."""
    keyword: str = ""
    """The keyword that a call did not take, where the page gave it: what the page called only handed it on, by `**`."""
    accepted: tuple[str, ...] = ()
    """What could have been given in its place: parameters of what did not take it, then of what handed it on."""
    not_files: tuple[str, ...] = ()
    """Texts of the page's code that name a picture, where there is no file of that name."""
