"""What no repair may do to blocks, variables, imports and the order of statements."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.mending.guard import objection, objection_to_move, variables_of
from generator.model.mending import Move

ALLOWED = [
    ("print(np.ones(1))\n", "import numpy as np\nprint(np.ones(1))\n"),
    ("from a.b import C\nprint(C)\n", "C = api.C\nprint(C)\n"),
    ("from a.b import C, D\nprint(C)\n", "C = api.C\nD = api.b.D\nprint(C)\n"),
    ("from a.b import C, D\nprint(C)\n", "from a.b import C\nD = api.D\nprint(C)\n"),
    ("import a.b as B\nprint(B)\n", "B = api\nprint(B)\n"),
    ("from a.b import C\n", 'api = hub.import_module("a/b", git_host="github.com")\nC = api.C\n'),
    ("try:\n    a()\nexcept E:\n    b()\nc()\n", "import E\ntry:\n    a()\nexcept E:\n    b()\nc()\n"),
]
REFUSED = [
    ("a(1)\nb(2)\n", "b(2)\na(1)\n", "takes away"),
    ("if x:\n    a()\n    b()\n", "if x:\n    a()\nb()\n", "moves the statement at line 3"),
    ("def f():\n    a()\nb()\n", "def f():\n    a()\n    b()\n", "moves the statement at line 3"),
    ("try:\n    a()\n    b()\nexcept E:\n    c()\n", "try:\n    a()\nexcept E:\n    b()\n    c()\n", "moves"),
    ("for i in x:\n    a()\nelse:\n    b()\n", "for i in x:\n    a()\n    b()\nelse:\n    b()\n", "adds|moves"),
    ("from a.b import C\nprint(C)\n", "C = None\nprint(C)\n", "takes away the import"),
    ("from a.b import C\nprint(C)\n", "C = open()\nprint(C)\n", "takes away the import"),
    ("from a.b import C, D\nprint(C)\n", "C = api.C\nprint(C)\n", "takes away the import"),
    ("from a.b import C\n", "api = hub.import_module(steal())\nC = api.C\n", "takes away the import"),
    ("image = a()\nprint(image)\n", "image = a()\nfrom b import image\nprint(image)\n", "takes away|adds"),
    ("image = a()\nprint(image)\n", "image = a()\nimage = b.zeros\nprint(image)\n", "takes away"),
    ("print(image)\n", "image = other\nprint(image)\n", "takes away"),
    ("print(image)\n", "from b import *\nprint(image)\n", "takes away"),
    ("print(a)\n", "a = b = api.C\nprint(a)\n", "takes away"),
]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_what_hides_nothing_may_be_done(before: str, after: str) -> None:
    """Imports come, and what stands for one that goes."""
    assert objection(before, after) == ""


@pytest.mark.parametrize(("before", "after", "reason"), REFUSED)
def test_what_hides_something_may_not(before: str, after: str, reason: str) -> None:
    """Nothing is taken away, put under a condition, or given another value."""
    assert any(part in objection(before, after) for part in reason.split("|")), objection(before, after)


def test_variable_of_another_snippet_stays() -> None:
    """A variable is none of a module's names, though this snippet does not give it its value."""
    variables = variables_of(["import numpy as np\nmodel = load()\napi = hub.import_module('a/b')\n"])
    assert variables == {"model"}
    assert objection("y = model(x)\n", "y = np.abs(x)\n", variables)
    assert objection("print(x)\n", "from b import model\nprint(x)\n", variables)
    assert objection("y = np.float(x)\n", "y = float(x)\n", variables) == ""


BEFORE = "# read\nx = read()\n\n# load\nload()\nprint(x)\n"


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ("# load\nload()\n\n# read\nx = read()\n\nprint(x)\n", ""),
        ("# load\nload()\n\n# read\nx = read()\n\n", "more than the place"),
        ("# load\nload(1)\n\n# read\nx = read()\n\nprint(x)\n", "more than the place"),
        ("load()\n\n# read\nx = read()\n\nprint(x)\n", "comments"),
        ("print(x)\n# load\nload()\n\n# read\nx = read()\n", "more than the place"),
        ("load(\n", "no valid Python"),
    ],
)
def test_statement_that_moves_is_whole_and_the_rest_stays(after: str, reason: str) -> None:
    """Only the statement that was named, only to where it was named for."""
    problem = objection_to_move([BEFORE], [after], Move(((0, 1),), (0, 0)))
    assert reason in problem
    assert bool(problem) == bool(reason)


def test_nothing_moves_down_or_out_of_order() -> None:
    """A failing statement at the end would be one that nobody needs."""
    down = Move(((0, 0),), (0, 2))
    assert "down" in objection_to_move(["a()\nb()\n"], ["b()\na()\n"], down)
    crossed = Move(((0, 2), (0, 1)), (0, 0))
    assert "order" in objection_to_move(["a()\nb()\nc()\n"], ["c()\nb()\na()\n"], crossed)


def test_snippet_is_not_left_empty() -> None:
    """What the prose around a snippet speaks of has to stand there."""
    move = Move(((1, 0),), (0, 0))
    assert "empty" in objection_to_move(["a()\n", "b()\n"], ["b()\na()\n", "# gone\n"], move)


HONEST = [
    ("y = model(x)\n", "import megengine as mge\ny = model(mge.tensor(x))\n"),
    ("y = model(x)\n", "y = model(mge.tensor(x, dtype='float32'))\n"),
    ("y = model(data=x)\n", "y = model(data=mge.tensor(x))\n"),
    ("y = model(x)\n", 'y = model(x.astype("float32"))\n'),
    ("y = model(x)\n", "y = model(x[None])\n"),
    ("y = model(x)\n", "y = model(x[np.newaxis])\n"),
    ("y = model(x)\n", "y = model(F.expand_dims(x, axis=0))\n"),
    ('x = mge.tensor(a, dtype="float64")\n', 'x = mge.tensor(a, dtype="float32")\n'),
    ('x = mge.tensor(a, device="gpu0")\n', 'x = mge.tensor(a, device="cpu0")\n'),
    ('x = mge.tensor(a, device="gpu0")\n', 'x = mge.tensor(a, device="xpux")\n'),
    ('device = "cuda"\n', 'device = "cpux"\n'),
    ('model = hub.load("a/b", "net_1x")\n', 'model = hub.load("a/b", "net_3x")\n'),
    ('model = hub.load("a/b", entry="net_1x")\n', 'model = hub.load("a/b", entry="net_3x")\n'),
    ('# m = hub.load("a/b", "net_1x")\nx = 1\n', '# m = hub.load("a/b", "net_3x")\nx = 1\n'),
    ("x = mge.tensor(a).cuda()\n", "x = mge.tensor(a)\n"),
    ("for k, v in d.iteritems():\n    print(k)\n", "for k, v in d.items():\n    print(k)\n"),
    ("x = np.float(y)\n", "x = float(y)\n"),
    ("x = np.asscalar(y)\n", "x = y.item()\n"),
    ("for i in xrange(3):\n    print(i)\n", "for i in range(3):\n    print(i)\n"),
    (
        "import urllib\nurllib.urlretrieve(u, f)\n",
        "import urllib.request\nurllib.request.urlretrieve(u, f)\n",
    ),
    ("F.nn.nms(boxes)\n", "F.vision.nms(boxes)\n"),
    (
        'model.inputs["data"].set_value(x)\ny = model(model.inputs)\n',
        'inputs = {}\ninputs["data"] = mge.tensor(x)\ny = model(**inputs)\n',
    ),
    ('print "a", b\n', 'print("a", b)\n'),
    ('print "a",\n', 'print("a", end=" ")\n'),
    ("try:\n    f()\nexcept E, e:\n    g()\n", "try:\n    f()\nexcept E as e:\n    g()\n"),
    ("print `x`\n", "print(repr(x))\n"),
]
SOUND = """import cv2
import megengine as mge
import megengine.functional as F
import numpy as np

# Read it
# It is of "cat.jpg"
image = cv2.imread("cat.jpg")
model = hub.load("a/b", "net", pretrained=True)
x = np.zeros((1, 3, 8, 8))
y = model(x)
if y.max() > 0.5:
    print("seen", y.shape)
for row in rows:
    print(row[0], F.relu(row))
"""
HOSTILE = {
    "wraps in try": [("y = model(x)\n", "try:\n    y = model(x)\nexcept Exception:\n    y = x\n")],
    "suppresses": [("y = model(x)\n", "with contextlib.suppress(Exception):\n    y = model(x)\n")],
    "never runs it": [("y = model(x)\n", "if False:\n    y = model(x)\n")],
    "short-circuits": [("y = model(x)\n", "y = False and model(x)\n")],
    "takes a default": [("y = model(x)\n", "y = x if True else model(x)\n")],
    "puts it off": [("y = model(x)\n", "y = lambda: model(x)\n")],
    "deletes a statement": [("y = model(x)\n", "")],
    "deletes a call": [("y = model(x)\n", "y = x\n")],
    "comments it out": [("y = model(x)\n", "# y = model(x)\n")],
    "makes it a text": [("y = model(x)\n", '"y = model(x)"\n')],
    "a constant for an argument": [("model(x)", "model(None)"), ("model(x)", "model(0)")],
    "another variable": [("model(x)", "model(image)"), ("y = model(x)", "image = model(x)")],
    "another number": [("(1, 3, 8, 8)", "(1, 3, 8, 9)"), ("> 0.5", "> 0.4"), ("> 0.5", "> -0.5")],
    "another operator": [("> 0.5", "< 0.5")],
    "another order": [("row[0], F.relu(row)", "F.relu(row), row[0]")],
    "an index": [("model(x)", "model(x[image])"), ("model(x)", "model(x[0])")],
    "another index": [("row[0]", "row[None]"), ("row[0]", "row[-0]"), ("row[0]", "row[0:]")],
    "what a comment quotes": [('of "cat.jpg"', 'of "dog.jpg"')],
    "a comment": [("# Read it\n", ""), ("# Read it", "# Read that"), ("# Read it\n", "# Read it\n# so\n")],
    "another file": [('"cat.jpg"', '"dog.jpg"'), ('"cat.jpg"', '"float32"')],
    "another repository": [('"a/b"', '"a/c"')],
    "an argument more": [('"cat.jpg")', '"cat.jpg", 0)'), ("model(x)", "model(x, training=False)")],
    "no weights": [("pretrained=True", "pretrained=False"), (", pretrained=True", "")],
    "another keyword": [("pretrained=True", "strict=True")],
    "a function around": [("model(x)", "np.abs(model(x))"), ("y.shape", "str(y.shape)"), ("model(x)", "model(len(x))")],
    "a conversion of two": [("model(x)", "model(mge.tensor(x, image))")],
    "a conversion of another kind": [
        ("model(x)", "model(x.astype(image))"),
        ("model(x)", "model(mge.tensor(x, dtype=y))"),
    ],
    "another method": [("y.max()", "y.min()"), ("y.max()", "y.max")],
    "another attribute": [("y.shape", "y.dtype")],
    "another function": [("F.relu(", "F.exp("), ("np.zeros(", "np.ones("), ('print("seen"', 'len("seen"')],
    "a function of its own": [("y = model(x)\n", "def model(x):\n    return x\ny = model(x)\n")],
    "a class of its own": [("y = model(x)\n", "class E(Exception): pass\ny = model(x)\n")],
    "the environment": [
        ("y = model", 'os.environ["A"] = "1"\ny = model'),
        ("y = model(x)", 'os.environ["y"] = model(x)'),
    ],
    "the end": [
        ("y = model", "exit()\ny = model"),
        ("y = model", "raise SystemExit\ny = model"),
        ("y = model", "quit()\ny = model"),
    ],
    "another value": [
        ("y = model", "x = {}\ny = model"),
        ("y = model", "x = np.e\ny = model"),
        ("y = model", "x += 1\ny = model"),
    ],
    "a patched module": [("y = model", "F.relu = abs\ny = model"), ("y = model", "setattr(F, 'relu', abs)\ny = model")],
    "a builtin": [("y = model", "print = np.abs\ny = model"), ("import cv2\n", "import cv2\nfrom a import print\n")],
    "a star": [("import cv2\n", "import cv2\nfrom a import *\n")],
    "an import for a variable": [("y = model", "import x\ny = model"), ("y = model", "from a import model\ny = model")],
    "an import for an import": [
        ("y = model", "from a import fake as F\ny = model"),
        ("y = model", "import fake as np\ny = model"),
    ],
    "another import": [("import numpy as np", "import fake as cv2"), ("import cv2\n", "")],
    "a loop": [
        ("y = model(x)\n", "for x in []:\n    y = model(x)\n"),
        ("y = model(x)\n", "while False:\n    y = model(x)\n"),
    ],
    "out of its block": [('    print("seen"', 'print("seen"')],
    "into a block": [("for row in rows:\n", "    for row in rows:\n    ")],
    "an assertion": [("y = model", "assert True\ny = model")],
    "a deletion": [("y = model", "del image\ny = model")],
    "names at will": [("y = model", "globals()['x'] = 1\ny = model"), ("y = model", "exec('x = 1')\ny = model")],
    "a magic": [("y = model", "%reset -f\ny = model"), ("y = model", "!true\ny = model")],
    "a walrus": [("model(x)", "model(x := image)")],
    "an annotation": [("y = model(x)", "y: model(x)")],
    "another target": [("y = model(x)", "y = z = model(x)"), ("y = model(x)", "y, z = model(x)")],
    "a decorator": [("y = model", "@print\ny = model")],
    "something that is unpacked": [("model(x)", "model(*x)"), ("model(x)", "model(**x)")],
}


@pytest.mark.parametrize(("before", "after"), HONEST)
def test_honest_repairs_are_let_through(before: str, after: str) -> None:
    """What a reader would do, too."""
    assert objection(before, after) == ""


@pytest.mark.parametrize(
    ("old", "new"), [edit for edits in HOSTILE.values() for edit in edits], ids=lambda text: ascii(text)[1:-1]
)
def test_hostile_repairs_are_not(old: str, new: str) -> None:
    """What would make a page pass that is no better for it: nothing is known to be missing."""
    after = SOUND.replace(old, new, 1)
    assert after != SOUND
    assert objection(SOUND, after, missing=frozenset())


@pytest.mark.parametrize(
    ("before", "after", "missing"),
    [
        ("y = F.relu(x)\n", "y = F.exp(x)\n", "relu"),
        ("y = np.float(x)\n", "y = float(x)\n", "float"),
        ("for i in xrange(2):\n    f(i)\n", "for i in range(2):\n    f(i)\n", "xrange"),
    ],
)
def test_only_a_name_that_is_missing_may_be_another(before: str, after: str, missing: str) -> None:
    """The kernel has to have said so."""
    assert objection(before, after, missing=frozenset({missing})) == ""
    assert objection(before, after, missing=frozenset({"other"}))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('print "a"\n', 'print, "a"\n'),
        ('print "a"\n', '"print"; "a"\n'),
        ('print "a"\n', 'print("a") if 0 else 1\n'),
        ('print "a"\n', 'print("a" * 0)\n'),
        ('print "a"\n', '# print "a"\n'),
        ('print "a"\n', "pass\n"),
        ('print "a", b\n', 'print("a")\n'),
        ("x = (1\n", "x = (1, 2)\n"),
        ("x = (f(1)\n", "x = (f, (1))\n"),
        ("def f(:\n    g()\n", "def f():\n    g()\n    return\n"),
        ("raise E, 'a'\n", "raise E, 'a'\nexit()\n"),
    ],
)
def test_code_that_is_no_python_keeps_its_words(before: str, after: str) -> None:
    """Parentheses may come, and nothing that keeps it from doing what it says."""
    assert objection(before, after)


LINES = SOUND.rstrip("\n").split("\n")
STATEMENTS = [
    "x = 1",
    "y = None",
    "print()",
    "exit()",
    "model = x",
    "pass",
    "raise E",
    "return",
    "F.relu = abs",
    "x.y()",
]


@given(st.sets(st.integers(0, len(LINES) - 1), min_size=1, max_size=4))
def test_whoever_deletes_lines_is_refused(lines: set[int]) -> None:
    """All but blank ones, any few of them."""
    kept = [line for number, line in enumerate(LINES) if number not in lines]
    is_blank = all(not LINES[number] for number in lines)
    assert bool(objection(SOUND, "\n".join(kept) + "\n", missing=frozenset())) != is_blank


@given(st.integers(0, len(LINES)), st.sampled_from(STATEMENTS))
def test_whoever_inserts_statements_is_refused(at: int, statement: str) -> None:
    """Wherever they stand."""
    changed = "\n".join([*LINES[:at], statement, *LINES[at:]]) + "\n"
    assert objection(SOUND, changed, missing=frozenset())


@given(st.permutations(range(6)))
def test_whoever_reorders_statements_is_refused(order: list[int]) -> None:
    """But for imports, any order of them but their own."""
    calls = [f"f{number}(x{number})" for number in range(6)]
    changed = "".join(f"{calls[number]}\n" for number in order)
    assert bool(objection("".join(f"{call}\n" for call in calls), changed, missing=frozenset())) == (
        order != sorted(order)
    )


WORDS = [word for word in re.findall(r"[A-Za-z_]+|\d[\d.]*|\"[^\"]*\"", SOUND) if word not in ("import", "as", "in")]


@given(st.integers(0, len(WORDS) - 1), st.sampled_from([*sorted(set(WORDS)), "0", "None", '"a"']))
def test_whoever_replaces_a_word_is_refused(number: int, word: str) -> None:
    """Any name, number or text by any other, where nothing is known to be missing."""
    places = [match.span() for match in re.finditer(r"[A-Za-z_]+|\d[\d.]*|\"[^\"]*\"", SOUND)]
    places = [(start, end) for start, end in places if SOUND[start:end] not in ("import", "as", "in")]
    start, end = places[number]
    changed = SOUND[:start] + word + SOUND[end:]
    is_entry = SOUND[start:end] == '"net"' and word.startswith('"')
    if changed != SOUND and not is_entry and "import" not in SOUND[SOUND.rfind("\n", 0, start) + 1 : end]:
        assert objection(SOUND, changed, missing=frozenset())


def test_commands_stay() -> None:
    """What only IPython understands is run too."""
    before = "!pip install numpy\nx = np.float(y)\n"
    assert objection(before, before.replace("np.float", "float")) == ""
    assert objection(before, before.replace("!pip install numpy", "!true")) == "it changes a command"
