"""Which scripts a page's readers would run."""

import pytest

from generator.model.page import Directives, Skip
from generator.scripts.planning import plan
from tests.pages import a_page, line_of, read

FENCE = "```python\nprint(x)\n```"


def _fenced(directive: str, code: str) -> str:
    return f"<!-- verify: {directive} -->\n```python\n{code}\n```"


def _output(text: str, options: str = "") -> str:
    return f"<!-- verify: output {options} -->\n```text\n{text}\n```"


def test_languages_with_the_same_code_share_a_script() -> None:
    """One script with two readers, each with their own lines."""
    text = a_page("print(x)", en="One line.\n\nAnd another.")
    (script,) = plan([read(text)])
    assert script.languages == ("zh_CN", "en_US")
    assert [snippet.code for snippet in script.snippets] == ["x = 1\n", "print(x)\n"]
    assert script.snippets[1].lines == {"zh_CN": line_of(text, "print(x)"), "en_US": line_of(text, "print(x)", 2)}


def test_languages_with_other_code_have_scripts_of_their_own() -> None:
    """A translated string makes another script."""
    text = a_page("print('你好')", english_snippets=["print('hello')"])
    scripts = plan([read(text)])
    assert [script.languages for script in scripts] == [("zh_CN",), ("en_US",)]
    assert scripts[0].digest != scripts[1].digest


def test_digest_knows_where_a_snippet_ends() -> None:
    """The same lines in one snippet and in two are not the same script."""
    (one,) = plan([read(a_page("a = 1\nb = 2"))])
    (two,) = plan([read(a_page("a = 1", "b = 2"))])
    assert one.digest != two.digest


def test_prose_does_not_change_the_digest() -> None:
    """Evidence stays good when only words change."""
    (before,) = plan([read(a_page("print(x)", zh="一句话"))])
    (after,) = plan([read(a_page("print(x)", zh="两句话。\n\n第二句。"))])
    assert before.digest == after.digest


def test_lines_of_the_first_language_are_told_to_the_others() -> None:
    """A line inside a snippet moves with the snippet; a line outside stays what it is."""
    text = a_page("y = 1\nprint(x)", en="One line.\n\nAnd another.")
    (script,) = plan([read(text)])
    assert script.lines_at(line_of(text, "print(x)")) == {
        "zh_CN": line_of(text, "print(x)"),
        "en_US": line_of(text, "print(x)", 2),
    }
    assert script.lines_at(2) == {"zh_CN": 2}


def test_page_without_sections_but_one_runs_its_sample() -> None:
    """A section without snippets still has readers of the sample."""
    (script,) = plan([read(a_page(en=None))])
    assert [snippet.code for snippet in script.snippets] == ["x = 1\n"]


def test_script_knows_directives_and_expected_output_of_every_reader() -> None:
    """What the comments say, and where each language has its expected output."""
    snippet = f"{_fenced('hide timeout=9', 'print(x)')}\n\n{_output('1')}"
    text = a_page(zh=snippet, en=f"Text\n\n{snippet}")
    (script,) = plan([read(text)])
    sample, last = script.snippets
    assert (sample.directives, sample.expected, sample.expected_lines) == (Directives(), None, {})
    assert last.directives == Directives(hide=True, timeout=9)
    assert last.expected is not None and last.expected.text == "1\n"
    assert last.expected_lines == {
        "zh_CN": line_of(text, "```text") + 1,
        "en_US": line_of(text, "```text", 2) + 1,
    }


def test_languages_with_translated_reasons_share_a_script() -> None:
    """A reason is for readers; the run is the same."""
    text = a_page(
        zh=_fenced('skip reason="太慢" until=2999-01-01', "print(x)"),
        en=_fenced('skip reason="too slow" until=2999-01-01', "print(x)"),
    )
    (script,) = plan([read(text)])
    assert script.languages == ("zh_CN", "en_US")
    assert script.snippets[1].directives.skip == Skip("太慢", "2999-01-01")


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        (_fenced("hide", "print(x)"), _fenced("setup", "print(x)")),
        (_fenced("timeout=9", "print(x)"), _fenced("timeout=10", "print(x)")),
        (
            _fenced('skip reason="x" until=2999-01-01', "print(x)"),
            _fenced('skip reason="x" until=2999-01-02', "print(x)"),
        ),
        (
            _fenced('xfail error="TypeError" reason="x"', "print(x)"),
            _fenced('xfail error="ValueError" reason="x"', "print(x)"),
        ),
        (_fenced("no-run", "print(x)"), _fenced("device=gpu", "print(x)")),
        (f"{FENCE}\n\n{_output('1')}", f"{FENCE}\n\n{_output('2')}"),
        (f"{FENCE}\n\n{_output('1')}", FENCE),
        (f"{FENCE}\n\n{_output('1')}", f"{FENCE}\n\n{_output('1', 'tolerance=0.01')}"),
    ],
)
def test_languages_that_tell_the_verifier_otherwise_have_scripts_of_their_own(chinese: str, english: str) -> None:
    """The same code judged by something else is another script, and so is a page that is changed in that way."""
    scripts = plan([read(a_page(zh=chinese, en=english))])
    assert [script.languages for script in scripts] == [("zh_CN",), ("en_US",)]
    assert scripts[0].digest != scripts[1].digest


def test_digest_does_not_know_reasons() -> None:
    """A better sentence leaves the evidence as good as it was."""
    (before,) = plan([read(a_page(en=None, zh=_fenced('xfail error="TypeError" reason="x"', "print(x)")))])
    (after,) = plan([read(a_page(en=None, zh=_fenced('xfail error="TypeError" reason="broken"', "print(x)")))])
    assert before.digest == after.digest


def test_digest_knows_which_snippet_a_directive_is_for() -> None:
    """The same directive above another snippet is another script."""
    (told,) = plan([read(a_page(en=None, zh=f"{_fenced('hide', 'a = 1')}\n\n{FENCE}"))])
    (other,) = plan([read(a_page(en=None, zh=f"```python\na = 1\n```\n\n{_fenced('hide', 'print(x)')}"))])
    assert told.digest != other.digest
