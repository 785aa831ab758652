"""docs/mending.md."""

from tests.mending.documentation import PAGE, documented


def test_page_says_of_each_repair_what_its_code_says() -> None:
    """`make docs` renews it."""
    text = PAGE.read_text(encoding="utf-8")
    assert documented(text) == text
