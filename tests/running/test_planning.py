"""Which scripts a page's readers would run."""

from generator.running.planning import plan
from tests.pages import a_page, line_of, read


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
