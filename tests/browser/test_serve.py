"""`hubpages serve` with a page open in a real browser."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.end_to_end.serving import serving
from tests.pages import a_page, line_of, write

PATIENCE = 30_000


def test_open_page_follows_its_file(browser: Browser, tmp_path: Path) -> None:
    """It reloads, shows what is wrong over what was last good, and lets that go once it is mended."""
    text = a_page(zh="旧的正文")
    write(tmp_path, tiny=text)
    with serving(tmp_path) as served:
        page = browser.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{served.address}zh/models/tiny/")
        expect(page.get_by_text("旧的正文")).to_be_visible()
        write(tmp_path, tiny=text.replace("旧的正文", "新的正文"))
        expect(page.get_by_text("新的正文")).to_be_visible(timeout=PATIENCE)
        wrong = text.replace("title:", "titel:")
        write(tmp_path, tiny=wrong)
        problem = page.get_by_role("alert").get_by_text(f"tiny.md:{line_of(wrong, 'titel')}:1: titel")
        expect(problem).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("新的正文")).to_be_attached()
        write(tmp_path, tiny=text.replace("旧的正文", "第三版"))
        expect(page.get_by_text("第三版")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("alert")).to_have_count(0)
        assert said == []
        assert all(url.startswith(served.address) for url in asked)
        page.close()


def test_problems_can_be_put_aside(browser: Browser, tmp_path: Path) -> None:
    """To read what lies below."""
    write(tmp_path, tiny=a_page(), wrong=a_page().replace("title:", "titel:"))
    with serving(tmp_path) as served:
        served.wait_for("built ")  # again, with its search: whoever has it open is then shown the problems anew
        page = browser.new_page()
        page.goto(f"{served.address}zh/")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("wrong.md", timeout=PATIENCE)
        alert.get_by_role("button").click()
        expect(alert).to_have_count(0)
        page.close()
