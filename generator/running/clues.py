"""How a kernel is asked what names stood for when a snippet raised, as source that runs there."""

from generator.frameworks import framework

MOST_NAMES = 400
"""Of one object or namespace: no page needs more, and what a kernel says is kept."""
MOST_MODULES = 200
"""That are looked through for one that defines a name."""

_PICTURE = r"""(?i)["']([^"'\n]+\.(?:bmp|gif|jpe?g|png|ppm|tiff?|webp))["']"""
"""A text in code that names a picture."""


def source_for(name: str) -> str:
    """The source, for a kernel of this framework."""
    known = framework(name)
    values = {
        "FRAMEWORK": known.package,
        "HUB": known.loader.module,
        "HOME": known.home_variable,
        "ARRAYS": ("numpy", *sorted(known.tensors)),
        "PICTURE": _PICTURE,
        "MOST_NAMES": MOST_NAMES,
        "MOST_MODULES": MOST_MODULES,
    }
    return "".join(f"{key} = {value!r}\n" for key, value in values.items()) + _SOURCE


# Only attributes of types that are known to answer at once are read: a snippet's own objects would run its own code.
_SOURCE = """
import inspect, os, re, sys, types
from importlib.machinery import PathFinder

def public(names):
    return sorted(name for name in names if not name.startswith("_"))[:MOST_NAMES]

def is_hubconf(module):
    return os.path.basename(str(vars(module).get("__file__"))) == "hubconf.py"

def offered(module, below, prefix="", depth=0):
    found = []
    for name in public(vars(module)):
        value = vars(module)[name]
        if isinstance(value, types.ModuleType):
            if depth < 4 and str(vars(value).get("__file__")).startswith(below):
                found += offered(value, below, prefix + name + ".", depth + 1)
        elif callable(value):
            found.append(prefix + name)
    return found[:MOST_NAMES]

def value_of(name, value):
    kind = type(value)
    told = {"name": name, "type": f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(value, types.ModuleType):
        told["module"] = str(vars(value).get("__name__"))
        if is_hubconf(value):
            told["names"] = offered(value, os.path.dirname(vars(value)["__file__"]) + os.sep)
    elif str(kind.__module__).partition(".")[0] in ARRAYS:
        try:
            dtype = value.dtype
            told["dtype"] = str(getattr(dtype, "name", None) or getattr(dtype, "__name__", dtype))
            told["shape"] = [int(size) for size in value.shape]
        except Exception:
            pass
    return told

def is_of_page(frame):
    file = frame.f_code.co_filename
    return os.sep + "ipykernel_" in file or file in ("<timed exec>", "<timed eval>")  # the latter of %%time

def values_of(frame):
    code = frame.f_code
    if is_of_page(frame):
        known = dict(frame.f_globals)
        known.update(frame.f_locals)
        return [value_of(name, known[name]) for name in public(known)]
    names = code.co_varnames[:code.co_argcount + code.co_kwonlyargcount]
    told = [value_of(name, frame.f_locals[name]) for name in names if name in frame.f_locals]
    return [value for value in told if "shape" in value]

def hubconf_in(walked):
    for frame, _ in walked:
        if str(frame.f_globals.get("__name__")).startswith(HUB):
            for value in frame.f_locals.values():
                if isinstance(value, types.ModuleType) and is_hubconf(value):
                    return value

# Whether a package has a module of this name among its files; nothing is imported to find out.
def has_module(package, path, name):
    spec = PathFinder.find_spec(package + "." + name, path) if isinstance(path, list) and name.isidentifier() else None
    return spec is not None and spec.loader is not None

def is_of_framework(name):
    loaded = sys.modules.get(FRAMEWORK)
    value = vars(loaded).get(name) if loaded else None
    if isinstance(value, types.ModuleType):
        return str(vars(value).get("__name__")).startswith(FRAMEWORK + ".")
    if isinstance(value, (type, types.FunctionType)):
        return str(vars(value).get("__module__") or value.__module__).partition(".")[0] == FRAMEWORK
    spec = PathFinder.find_spec(FRAMEWORK)
    return spec is not None and has_module(FRAMEWORK, list(spec.submodule_search_locations or ()), name)

def is_of_repository(module):
    hub = os.path.join(os.environ.get(HOME, ""), "hub")
    first, found = module.partition(".")[0], []
    for folder in os.listdir(hub)[:MOST_NAMES] if first.isidentifier() and os.path.isdir(hub) else ():
        here = os.path.join(hub, folder, "")
        if os.path.isfile(here + "hubconf.py"):
            found.append(os.path.isdir(here + first) or os.path.isfile(here + first + ".py"))
    return any(found)

def moved(owner, name):
    # Breadth first, so that of the places that show one object the nearest is told, of equals the one that defines it.
    waiting, seen, found = [(owner, "")], {id(owner)}, {}
    for module, prefix in waiting:
        for key in public(vars(module)):
            value = vars(module)[key]
            if isinstance(value, types.ModuleType):
                is_below = str(vars(value).get("__name__")).startswith(vars(owner)["__name__"] + ".")
                if is_below and id(value) not in seen and len(waiting) < MOST_MODULES:
                    seen.add(id(value))
                    waiting.append((value, prefix + key + "."))
            elif key == name:
                defines = getattr(value, "__module__", None) == vars(module)["__name__"]
                known = found.get(id(value))
                if known is None or (defines and known.count(".") == prefix.count(".")):
                    found[id(value)] = prefix + key
    return sorted(found.values())[:MOST_NAMES]

def looked_up(error, owner, name):
    if isinstance(error, NameError) and not name.startswith("_"):
        return {"is_of_framework": is_of_framework(name)}
    if isinstance(error, ImportError):
        return {"is_of_repository": is_of_repository(name)}
    if isinstance(owner, types.ModuleType):
        path = vars(owner).get("__path__")
        return {"is_submodule": has_module(str(vars(owner).get("__name__")), path, name)}
    return {}

def parameters_of(owner):
    forward = getattr(type(owner), "forward", None)
    if not isinstance(forward, types.FunctionType):
        return []
    asked = list(inspect.signature(forward).parameters.values())[1:]
    return [one.name + "=" * (one.default is not one.empty or one.kind in (2, 4)) for one in asked]

def parameters_in(code):
    return list(code.co_varnames[:code.co_argcount + code.co_kwonlyargcount])

# Whether a call was given this keyword with others that it has no names for, and never speaks of it itself.
def hands_on(frame, keyword):
    code = frame.f_code
    at = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & inspect.CO_VARARGS)
    if not code.co_flags & inspect.CO_VARKEYWORDS:
        return False
    spoken = [word for one in code.co_consts for word in (one if isinstance(one, tuple) else (one,))]
    return keyword in frame.f_locals.get(code.co_varnames[at], ()) and keyword not in spoken

# The code of a function by the name that an error has for it, as the failing code knows it.
def code_named(name, frame):
    last = name.rpartition(".")[2]
    known = [*frame.f_locals.values(), *frame.f_globals.values()]
    for value in known:
        spaces = [vars(value)] if isinstance(value, types.ModuleType) else []
        spaces += [vars(kind) for kind in type.mro(value if isinstance(value, type) else type(value))]
        for function in [value, *(space.get(last) for space in spaces)]:
            if isinstance(function, types.FunctionType) and function.__qualname__ == name:
                return function.__code__

def keyword_of(error, walked):
    match = re.match(r"([\\w.<>]+)\\(\\) got an unexpected keyword argument '(\\w+)'", str(error))
    if type(error) is not TypeError or not match:
        return {}
    own = [number for number, (frame, _) in enumerate(walked) if is_of_page(frame)]
    below = [frame for frame, _ in walked[own[-1] + 1:]] if own else []
    if not own or not all(hands_on(frame, match[2]) for frame in below):
        return {}
    callee = code_named(match[1], walked[-1][0])
    codes = ([callee] if callee else []) + [frame.f_code for frame in reversed(below)]
    names = dict.fromkeys(name for code in codes for name in parameters_in(code) if name not in ("self", "cls"))
    return {"keyword": match[2], "accepted": [name for name in names if not name.startswith("_")][:MOST_NAMES]}

# Of what IPython keeps of the code, as a statement's own code holds no more than that statement.
def not_files(walked):
    cells = next((frame.f_globals.get("In") for frame, _ in walked if is_of_page(frame)), None)
    code = "\\n".join(cell for cell in cells if type(cell) is str) if type(cells) is list else ""
    texts = {text for text in re.findall(PICTURE, code) if "://" not in text}
    return sorted(text for text in texts if not os.path.isfile(text))[:MOST_NAMES]

def clues_of(error, walked):
    owner = getattr(error, "obj", None)
    if owner is None:  # not whether it is true: an array cannot tell, and a page's own object would run its own code
        owner = hubconf_in(walked)
    name = str(getattr(error, "name", None) or "")
    told = {"attribute": name}
    try:
        told.update(looked_up(error, owner, name))
    except Exception:
        pass  # a snippet may have hooks in the way that modules are found
    try:
        told.update(keyword_of(error, walked), not_files=not_files(walked))
    except Exception:
        pass  # what a snippet put in the place of a dictionary or of a class may refuse to answer
    if owner is not None:
        is_module = isinstance(owner, types.ModuleType)
        names = vars(owner) if is_module else [*dir(type(owner)), *getattr(owner, "__dict__", ())]
        told.update(owner=value_of("", owner), names=public(names), parameters=parameters_of(owner))
        if is_module and told["attribute"].isidentifier() and not told["attribute"].startswith("_"):
            told["places"] = moved(owner, told["attribute"])
    return told
"""
