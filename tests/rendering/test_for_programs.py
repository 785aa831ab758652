"""What programs read of the site: sitemap, feeds, llms.txt, Markdown, and the API's schema."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from jsonschema import Draft202012Validator

from generator.config import Config
from generator.model.history import Stale
from generator.model.run import Facts
from generator.rendering import sitemap
from generator.rendering.sitemap import render_sitemap
from generator.rendering.verification import verification_of
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.many import a_record, files_of, list_pages, many
from tests.rendering.runs import a_run
from tests.rendering.sites import a_site

BASE = "https://hub.example.org/"
HUB = replace(Config().hub, base_url=BASE)
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"

OLD = replace(read(a_page(title="Old & <rare>"), "a_old.md"), updated="2026-01-01T02:00:00+08:00")
NEW = replace(read(a_page(title="New", en=None), "b_new.md"), updated="2026-01-01T01:00:00+00:00")
UNDATED = read(a_page(title="Undated"), "c_undated.md")
SITE = a_site(OLD, NEW, UNDATED, hub=HUB)


def test_sitemap_names_every_page_and_its_languages() -> None:
    """Each once, without the cards that only repeat another language's, and without what is put together of cards; with
    the time of the last change."""
    root = ET.fromstring(SITE["sitemap.xml"])
    urls = {str(url.findtext(f"{MAP}loc")): url for url in root}
    found = [path.removesuffix("index.html") for path in SITE if path.endswith("index.html")]
    pages = {BASE + place for place in found if not ("/models/" in place and place.endswith("/compare/"))}
    assert len(urls) == len(root)
    assert set(urls) == pages - {f"{BASE}en/models/b_new/"}
    old = urls[f"{BASE}en/models/a_old/"]
    assert old.findtext(f"{MAP}lastmod") == OLD.updated
    assert {link.get("hreflang"): link.get("href") for link in old.iter(f"{XHTML}link")} == {
        "zh-Hans": f"{BASE}zh/models/a_old/",
        "en": f"{BASE}en/models/a_old/",
        "x-default": f"{BASE}zh/models/a_old/",
    }
    assert urls[f"{BASE}zh/"].findtext(f"{MAP}lastmod") == NEW.updated
    assert urls[f"{BASE}zh/models/c_undated/"].find(f"{MAP}lastmod") is None
    new = urls[f"{BASE}zh/models/b_new/"]
    assert {link.get("hreflang") for link in new.iter(f"{XHTML}link")} == {"zh-Hans", "x-default"}


@pytest.mark.parametrize(("path", "titles"), [("zh", ["New", "Old & <rare>"]), ("en", ["Old & <rare>"])])
def test_feed_has_what_changed_last_first(path: str, titles: list[str]) -> None:
    """Of the pages that are written in its language; each element that Atom asks for, times in UTC."""
    feed = ET.fromstring(SITE[f"{path}/feed.xml"])
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == titles
    for thing in (feed, *entries):
        assert str(thing.findtext(f"{ATOM}id")).startswith(BASE)
        assert thing.findtext(f"{ATOM}author/{ATOM}name")
        assert str(thing.findtext(f"{ATOM}updated")).endswith("Z")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "self": f"{BASE}{path}/feed.xml",
        "alternate": f"{BASE}{path}/",
    }
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert str(link.get("href")).removeprefix(BASE) + "index.html" in SITE


def test_feed_of_undated_pages_is_still_one() -> None:
    """Every head points at it."""
    feed = ET.fromstring(a_site(UNDATED, hub=HUB)["zh/feed.xml"])
    assert feed.findtext(f"{ATOM}updated")
    assert feed.find(f"{ATOM}entry") is None


def test_feed_holds_characters_that_xml_cannot() -> None:
    """By leaving them out: a reader that met one would refuse the whole feed."""
    page = replace(OLD, front_matter=replace(OLD.front_matter, author="A\x08\ufffeB"))
    feed = ET.fromstring(a_site(page, hub=HUB)["zh/feed.xml"])
    assert feed.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "AB"


def test_card_comes_as_markdown() -> None:
    """Title, summary, sample, text; no comment outside of code, and no snippet that no reader is shown."""
    output = "<!-- verify: output -->\n```text\nof the secret\n```\n\n"
    secret = f"<!-- verify: hide -->\n```python\nassert secret\n```\n\n{output}"
    zh = (
        "### 用法\n\n<!-- verify: timeout=9 -->\n```python\n# <!-- kept -->\n\n\nx\n```\n\n"
        f"{secret}<!-- a note\nof two lines -->\n最后"
    )
    markdown = a_site(read(a_page(title="A *bold* one", zh=zh)))["zh/models/tiny/index.md"]
    assert markdown == (
        "# A \\*bold\\* one\n\n小模型\n\n- 作者：Somebody\n- 标签：视觉\n- 状态：尚未运行\n- <https://github.com/megengine/models>\n\n"
        "```python\nx = 1\n```\n\n### 用法\n\n```python\n# <!-- kept -->\n\n\nx\n```\n\n最后\n"
    )


def test_every_card_has_its_markdown_beside_it() -> None:
    """Also one that is shown in another language."""
    for path in list(SITE):
        if path.endswith("index.html") and "/models/" in path and "/compare/" not in path:
            assert path.removesuffix("html") + "md" in SITE
    assert "正文" in SITE["en/models/b_new/index.md"]


def test_llms_txt_lists_the_markdown_of_each_language() -> None:
    """Only what is written in it."""
    text = SITE["llms.txt"]
    assert text.startswith("# Model Hub\n\n> ")
    links = [line.partition("](")[2].partition(")")[0] for line in text.splitlines() if line.startswith("- [")]
    assert [link.removeprefix(BASE) for link in links] == [
        "zh/models/a_old/index.md",
        "zh/models/b_new/index.md",
        "zh/models/c_undated/index.md",
        "en/models/a_old/index.md",
        "en/models/c_undated/index.md",
        "api/v1/models.json",
    ]
    assert all(link.removeprefix(BASE) in SITE for link in links)


def test_api_keeps_its_schema() -> None:
    """The schema is published with it; it is a valid one, and one that something can break."""
    schema = json.loads(SITE["api/v1/schema.json"])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    answers = [path for path in SITE if path.startswith("api/v1/models")]
    assert len(answers) == 5
    for path in answers:
        validator.validate(json.loads(SITE[path]))
    model = json.loads(SITE["api/v1/models/a_old.json"])
    del model["meta"]["updateTime"]
    assert not validator.is_valid(model)


def test_models_come_in_pages_too() -> None:
    """The same in the same order, each page in the schema; they lead to each other, and say how many there are."""
    records = [a_record(f"org_vision_{letter}{index:03}") for index in range(125) for letter in "ba"]
    files = files_of(records)
    validator = Draft202012Validator(json.loads(files["api/v1/schema.json"]))
    whole = json.loads(files["api/v1/models.json"])
    found: list[object] = []
    url, before = "api/v1/models/page/1.json", None
    while url in files:
        page = json.loads(files[url])
        validator.validate(page)
        assert page["total"] == 250
        assert page["tags"] == whole["tags"]
        assert (page["prev"] and urljoin(url, page["prev"])) == before
        assert len(page["models"]) <= 100
        found += page["models"]
        before, url = url, urljoin(url, page["next"] or "none")
    assert before == "api/v1/models/page/3.json"
    assert found == whole["models"]
    assert [model["id"] for model in whole["models"]] == sorted(record.id for record in records)
    del page["next"]
    assert not validator.is_valid(page)


@pytest.mark.parametrize(("path", "name"), [("api/v1/models.json", "models"), ("api/v1/status.json", "models")])
@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_is_put_together_as_it_would_be_written(path: str, name: str, number: int) -> None:
    """To the byte."""
    data = files_of([a_record(f"org_vision_{index}", title="{ [\\n") for index in range(number)])[path].decode()
    assert len(json.loads(data)[name]) == number
    assert data == json.dumps(json.loads(data), ensure_ascii=False, indent=1) + "\n"


def test_sitemap_that_is_too_large_is_a_list_of_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """By addresses and by bytes: each part within what one file may hold, every address in one of them."""
    records = [replace(record, languages=("zh_CN", "en_US")) for record in many(25_100)]
    pages = [page for page in list_pages(records[:101]) if page.path.endswith("index.html")]

    def parts_of(number: int) -> list[list[str]]:
        files = {file.path: file.data for file in render_sitemap(records[:number], pages, HUB)}
        index = ET.fromstring(files.pop("sitemap.xml"))
        named = [str(part.findtext(f"{MAP}loc")).removeprefix(BASE) for part in index]
        assert index.tag == f"{MAP}sitemapindex"
        assert named == list(files)
        assert all(len(data) <= sitemap.MOST_BYTES for data in files.values())
        return [[str(url.findtext(f"{MAP}loc")) for url in ET.fromstring(data)] for data in files.values()]

    parts = parts_of(25_100)
    assert [len(part) for part in parts] == [50_000, 200 + len(pages)]
    found = [url for part in parts for url in part]
    assert found == sorted(set(found))
    assert f"{BASE}en/models/org_vision_m25099/" in found
    monkeypatch.setattr(sitemap, "MOST_BYTES", 20_000)
    by_bytes = parts_of(100)
    assert len(by_bytes) > 2
    assert sum(map(len, by_bytes)) == 200 + len(pages)


def test_runs_on_other_devices_are_told_beside_the_one_that_is_shown() -> None:
    """The published weights tell more than stand-ins, on whichever device; of each device its own strongest run."""
    page = read(a_page("print(1)"), "a_seen.md")
    cpu = replace(a_run(page, (), ()), weights="standin", started="2026-11-25T08:00:00+00:00")
    on_gpu = replace(cpu.environment, device="NVIDIA A100", driver="580.65.06", cuda="13.0")
    gpu = replace(cpu, environment=on_gpu, weights="published")
    gpu = replace(gpu, started="2026-11-22T08:00:00+00:00")
    earlier = replace(cpu, verdict="failed", cause="page", started="2026-11-20T08:00:00+00:00")
    site = a_site(page, hub=HUB, evidence={page.id: [cpu, gpu, earlier]})
    (model,) = json.loads(site["api/v1/models.json"])["models"]
    seen = model["seen"]["en_US"]
    assert (seen["state"], seen["device"], seen["lastRun"]) == ("passed", "NVIDIA A100", gpu.started)
    assert (seen["driver"], seen["cuda"]) == ("580.65.06", "13.0")
    on_cpu = {"device": "cpu", "driver": None, "cuda": None}
    assert seen["otherDevices"] == [on_cpu | {"state": "standin", "lastRun": cpu.started, "weights": "standin"}]
    words = "Runs, random weights", "可运行（随机权重）"
    assert f"NVIDIA A100 · CPU: {words[0]}" in site["en/models/a_seen/index.md"]
    for language, word in zip(("en", "zh"), words, strict=True):
        colon = ": " if language == "en" else "："
        assert site[f"{language}/models/a_seen/index.html"].count(f"CPU{colon}{word}") == 2
    # A run that holds tells more than one that does not, and that it does not is told.
    stale = Stale("age", "old", "2026-11-23")
    script = plan([page])[0]
    chosen = verification_of(script, "en_US", [cpu, gpu], lambda run: (stale,) if run is gpu else ())
    assert (chosen.run, chosen.stale, [one.run for one in chosen.elsewhere]) == (cpu, (), [gpu])
    chosen = verification_of(script, "en_US", [cpu, gpu], lambda run: (stale,))
    assert (chosen.run, chosen.stale) == (gpu, (stale,))
    # A failure with the published weights is not hidden by what another device did with others.
    broken = replace(gpu, verdict="failed", cause="upstream")
    site = a_site(page, hub=HUB, evidence={page.id: [cpu, broken]})
    (model,) = json.loads(site["api/v1/models.json"])["models"]
    assert model["seen"]["en_US"]["state"] == "failed"


def test_programs_are_told_what_was_seen() -> None:
    """Of the entry that the page loads, and nothing that was measured of code that has changed."""
    sample = 'from megengine import hub\nmodel = hub.load("a/b", "small")\n# model = hub.load("a/b", "large")'
    page = read(a_page("print(1)", sample=sample), "a_seen.md")
    facts = Facts(parameters=12_345, peak_memory=2048, peak_gpu_memory=None)
    run = replace(a_run(page, (), ()), facts=facts, downloaded=99)
    stale = replace(run, script="other")
    told = []
    for each in (run, stale):
        site = a_site(page, hub=HUB, evidence={page.id: [each]})
        (model,) = json.loads(site["api/v1/models.json"])["models"]
        assert model["entries"] == ["small", "large"]
        told.append((model["seen"]["en_US"], site["en/models/a_seen/index.md"], site["llms.txt"]))
    (seen, text, listed), (old, old_text, old_listed) = told
    assert seen == {
        "state": "passed",
        "lastRun": run.started,
        "device": "cpu",
        "driver": None,
        "cuda": None,
        "weights": "published",
        "otherDevices": [],
        "parameters": 12_345,
        "peakMemory": 2048,
        "downloaded": 99,
    }
    line = f"Runs, published weights · {run.started[:10]} · CPU"
    assert f"- State: {line}\n- Entry: `small`, `large`\n- Parameters: 12,345 (`small`)\n" in text
    assert f": A tiny model; {line}\n" in listed
    assert (old["state"], old["lastRun"]) == ("stale", run.started)
    assert {old[name] for name in ("device", "weights", "parameters", "peakMemory", "downloaded")} == {None}
    assert "- State: Changed since it ran\n" in old_text and "12,345" not in old_text
    assert "; Changed since it ran\n" in old_listed
