"""Snippets are judged by the kernel's Python, whichever runs the check."""

import pytest

from generator.checking.programs import undefined_names
from generator.checking.syntax import read_code

NEWER = {
    "except*": "try:\n    pass\nexcept* OSError:\n    pass\n",
    "type": "x = 1\ntype X = int\n",
    "type parameters": "def f[T](x: T) -> T:\n    return x\n",
    "quotes of its own": "a = {'b': 1}\nprint(f'{a['b']}')\n",
    "double quotes of its own": 'a = {"b": 1}\nprint(f"{a["b"]}")\n',
    "nested with the same quotes": 'print(f"{f"{1}"}")\n',
    "triple quotes inside the same": 'x = 1\nprint(f"""{f"""{x}"""}""")\n',
    "backslash": "a = ['b']\nprint(f\"{'\\n'.join(a)}\")\n",
    "comment": 'x = 1\nprint(f"""{\n    x  # one\n}""")\n',
    "line break": "x = 1\nprint(f'{\n    x\n}')\n",
    "prefix": "a = 1\nprint(rF'{a:{a['b']}}')\n",
}
SAME = [
    "print(f'{1!r:>{10}}', f\"{'a'}\", f'{{}}', rf'\\d{1}', f'\\n{1}', f'{1:\\n}')\n",
    'a = {"b": 1}\nprint(f"{a[\'b\']} \\"x\\"", f"""{a["b"]} "x" {\n    a\n}""")\n',
    "match 1:\n    case [x, *_] if x:\n        pass\n    case _:\n        pass\n",
    "with (open('a') as a, open('b') as b):\n    pass\n",
    "x = 1if True else 2\nprint('\\d', f'{x=}', f\"{'#'}\", f'# {x}')\n",
    "print(f'{lambda_}' f\"{'one'}\" 'two \\' three')\n",
]


@pytest.mark.parametrize("name", NEWER)
def test_what_only_a_newer_python_reads_is_a_problem(name: str) -> None:
    """With the line that it stands on, or the one where its string ends for the older one."""
    problem = read_code(NEWER[name]).problem
    assert problem is not None
    assert 1 <= problem.line <= NEWER[name].count("\n")
    assert problem.message


@pytest.mark.parametrize("code", SAME)
def test_what_the_kernel_reads_is_no_problem(code: str) -> None:
    """However much a newer one has changed around it."""
    assert read_code(code).problem is None


def test_newer_builtins_are_not_defined() -> None:
    """A kernel of Python 3.10 raises NameError."""
    assert [name.node.id for name in undefined_names((read_code("raise ExceptionGroup('x', [anext])\n"),))] == [
        "ExceptionGroup"
    ]
