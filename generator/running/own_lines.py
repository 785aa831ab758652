"""The page's own lines, where tracebacks show what IPython made of them and stacks show none."""

import re

from generator.model.run import Script

_IPYTHON = "get_ipython()."
_SHOWN = re.compile(r"(?P<mark>(?:-+> ?| +)(?P<line>\d+) )(?P<indent>[ \t]*)(?P<code>.*)")


def with_commands(traceback: str, script: Script, page: str) -> str:
    """A traceback that shows `%matplotlib inline` as the page has it, not the call that IPython puts for it.

    Args:
        page: the page's file name, which heads each level that is the page's.
    """
    if _IPYTHON not in traceback:
        return traceback
    lines, is_page = traceback.split("\n"), False
    for number, line in enumerate(lines):
        shown = _SHOWN.fullmatch(line)
        if shown is None:
            is_page = line.startswith((f"{page}, line ", f"File {page}:")) or (is_page and line.startswith(" "))
        elif is_page and _IPYTHON in shown["code"]:
            own = script.code_at(int(shown["line"]))
            if own and _IPYTHON not in own:
                lines[number] = f"{shown['mark']}{shown['indent']}{own.lstrip()}"
    return "\n".join(lines)


def with_lines(stack: str, script: Script, page: str) -> str:
    """A native stack with the page's line below each level that is the page's, as Python's tracebacks have them."""
    level = re.compile(rf'^( *)File "{re.escape(page)}", line (\d+) in .*$', re.MULTILINE)

    def shown(found: re.Match[str]) -> str:
        own = script.code_at(int(found[2])).strip()
        return f"{found[0]}\n{found[1]}  {own}" if own else found[0]

    return level.sub(shown, stack)
