"""Tracebacks and stacks show the page's lines as its author wrote them."""

from generator.running.own_lines import with_commands, with_lines
from generator.scripts.planning import plan
from tests.pages import a_page, line_of, read

TEXT = a_page("%matplotlib inline\nif x:\n    !ls -la\nboom()", "get_ipython().system('ls')")
(SCRIPT,) = plan([read(TEXT)])
FIRST = line_of(TEXT, "%matplotlib")
LAST = line_of(TEXT, "get_ipython")

TRACEBACK = f"""\
NameError                                 Traceback (most recent call last)
tiny.md, line {FIRST + 3}
---> {FIRST} get_ipython().run_line_magic('matplotlib', 'inline')
     {FIRST + 1} if x:
     {FIRST + 2}     get_ipython().system('ls -la')
     {FIRST + 3} boom()

File tiny.md:{LAST}
---> {LAST} get_ipython().system('ls')

File IPython/core/shell.py:{FIRST}, in f()
---> {FIRST} get_ipython().f()
     {FIRST + 999} get_ipython().f()
"""


def test_commands_of_ipython_are_shown_as_the_page_has_them() -> None:
    """Lines that are Python on the page stay, and those of other files."""
    shown = TRACEBACK.replace("get_ipython().run_line_magic('matplotlib', 'inline')", "%matplotlib inline")
    shown = shown.replace("get_ipython().system('ls -la')", "!ls -la")
    assert with_commands(TRACEBACK, SCRIPT, "tiny.md") == shown
    assert with_commands("no command", SCRIPT, "tiny.md") == "no command"


def test_stack_shows_the_line_of_the_page() -> None:
    """Below its level, as Python's tracebacks do; nothing where the script has no code."""
    stack = f'  File "a.py", line 3 in g\n  File "tiny.md", line {FIRST + 3} in f\n  File "tiny.md", line 2 in <module>'
    assert with_lines(stack, SCRIPT, "tiny.md") == stack.replace(" in f\n", " in f\n    boom()\n")
