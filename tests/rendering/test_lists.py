"""Lists by tag, field and state, related models, facts, variants."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from generator.config import Config
from generator.model.asset import AssetRequest
from generator.model.entry import EntryUse
from generator.model.page import Page
from generator.model.record import PageRecord
from generator.model.run import Facts
from generator.model.site import SiteContext
from generator.rendering.cards import show
from generator.rendering.choices import choice_of
from generator.rendering.environment import load_templates
from generator.rendering.facts import bytes_text, count_text
from generator.rendering.lists import lists
from generator.rendering.records import record_of
from generator.rendering.related import MOST, related_pages
from generator.rendering.template_folders import template_folders
from generator.scripts.entries import entry_uses
from tests.browser.showcase import KNOWN, evidence, pages
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import HUB, ROOT, Elements, a_site

TEMPLATES = load_templates(template_folders(ROOT))
SEARCHED = SiteContext(has_search=True)
SAMPLE = """from megengine import hub
model = hub.load("megengine/models", "small", pretrained=True)
# model = hub.load("megengine/models", "large", pretrained=True)
"""


def records(pages: Sequence[Page]) -> list[PageRecord]:
    """What the site says of these pages."""
    return [record_of(show(page, {}), HUB, TEMPLATES, 0, None) for page in pages]


def uses(sample: str) -> Sequence[EntryUse]:
    """What a sample loads and offers."""
    return entry_uses(sample)


def test_every_tag_field_and_state_has_a_list_in_every_language() -> None:
    """Of exactly the models that have it."""
    site = a_site(
        read(a_page(tags=["vision", "gan"]), "acme_vision_a.md"),
        read(a_page(tags=["nlp"]), "acme_nlp_b.md"),
    )
    for path, found in {
        "tags/vision": ["acme_vision_a"],
        "tags/gan": ["acme_vision_a"],
        "tags/nlp": ["acme_nlp_b"],
        "tasks/nlp": ["acme_nlp_b"],
        "tasks/vision": ["acme_vision_a"],
        "states/never": ["acme_nlp_b", "acme_vision_a"],
    }.items():
        for language in ("zh", "en"):
            links = Elements(site[f"{language}/{path}/index.html"]).attributes("a", "href")
            assert sorted(link.split("/")[-2] for link in links if "/models/" in link) == found
    assert "en/tags/detection/index.html" not in site


def test_lists_have_the_same_addresses_in_both_languages() -> None:
    """Even where a state is one that only readers of the other language meet, so that the switch leads somewhere."""
    site = a_site(*pages(), evidence=evidence(pages()), known=KNOWN)
    lists = [path.split("/", 1) for path in site if path.startswith(("zh/", "en/")) and path.endswith("index.html")]
    of = {code: {path for language, path in lists if language == code} for code in ("zh", "en")}
    assert of["zh"] == of["en"]


def test_relatives_share_tags_and_data() -> None:
    """Nearest first, never itself, and not more than a few."""
    made = [
        read(a_page(title=title, tags=tags, stated=f"datasets: [{data}]", zh="ImageNet"), f"{title}.md")
        for title, tags, data in [
            ("a", ["vision", "detection"], "COCO, LVIS"),
            ("b", ["vision", "detection"], "ImageNet"),
            ("c", ["vision", "detection"], "LVIS, Coco"),
            ("d", ["vision", "gan"], "CelebA"),
            ("e", ["nlp"], "GLUE"),
        ]
    ]
    related = related_pages(records(made))
    assert related["a"] == ("c", "b")
    assert related["e"] == ()
    many = [read(a_page(title=f"m{number:03}"), f"m{number:03}.md") for number in range(40)]
    of_many = related_pages(records(many))
    assert {len(found) for found in of_many.values()} == {MOST}
    named = [name for found in of_many.values() for name in found]
    assert all(named.count(page.id) == MOST for page in many)


def test_facts_are_those_of_the_run() -> None:
    """Measured figures, and the weights with their digest; stand-ins and refusals are nobody's weights."""
    page = read(a_page())
    assets = (
        AssetRequest("https://example.org/w/tiny.pkl", "served", "ab" * 32, 2 * 1024**2, None, 1.0),
        AssetRequest("https://example.org/w/tiny.pkl", "served", "ab" * 32, 2 * 1024**2, None, 2.0),
        AssetRequest("https://example.org/w/other.pkl", "served", "cd" * 32, 5, None, 1.0, standin=True),
        AssetRequest("https://example.org/w/gone.pkl", "refused", "ef" * 32, 5, "no", 1.0),
        AssetRequest("https://example.org/cat.jpg", "served", "99" * 32, 5, None, 1.0),
    )
    run = replace(a_run(page), facts=Facts(25_557_032, 3 * 1024**3, None), assets=assets, downloaded=7 * 1024**2)
    text = Elements(a_site(page, evidence={"tiny": [run]})["en/models/tiny/index.html"]).text
    for shown in ("25.56 M", "3.00 GiB", "7.0 MiB", "tiny.pkl", "2.0 MiB", "ab" * 32):
        assert text.count(shown) == 1, shown
    for hidden in ("other.pkl", "gone.pkl", "cat.jpg", "cd" * 32):
        assert hidden not in text


@pytest.mark.parametrize(("number", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 KiB"), (10**9, "954 MiB")])
def test_sizes_are_said_shortly(number: int, text: str) -> None:
    """In binary units, with two or three digits."""
    assert bytes_text(number) == text


def test_counts_are_said_shortly() -> None:
    """As the field does."""
    assert [count_text(number) for number in (12, 1_500, 33_840_123, 7_000_000_000)] == [
        "12",
        "1.50 K",
        "33.84 M",
        "7.00 B",
    ]


def test_sample_is_shown_with_one_entry_and_the_choice_of_others() -> None:
    """The commented-out lines go, as the choice says the same."""
    choice = choice_of(SAMPLE, uses(SAMPLE))
    assert choice.entries == ("small", "large")
    assert choice.active == "small"
    assert "large" not in choice.code
    assert choice.code.count("\n") == 2


@pytest.mark.parametrize(
    "sample",
    [
        SAMPLE.replace("# model", "model"),
        SAMPLE.replace('"large", pretrained=True', '"large", pretrained=False'),
        SAMPLE.replace('# model = hub.load("megengine', '# model = hub.load("other'),
        "x = 1\n",
    ],
    ids=["two-loaded", "other-arguments", "other-repository", "none"],
)
def test_sample_that_a_name_does_not_change_stays_whole(sample: str) -> None:
    """What differs in more than the entry is no choice of an entry."""
    choice = choice_of(sample, uses(sample))
    assert choice.code == sample
    assert choice.entries == ()


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("is_long", [False, True])
def test_name_of_the_entry_is_marked_in_the_code(quote: str, is_long: bool) -> None:
    """Where it is one, in code with colours and without; not a class that is called like it, nor another name."""
    sample = SAMPLE.replace("small", "s2").replace('"', quote) + "s2 = 's2'\n" + "#" * 12_000 * is_long
    card = a_site(read(a_page(sample=sample)))["en/models/tiny/index.html"]
    code = card.split('<pre class="code"')[1].split("</pre>")[0]
    assert code.count("<span data-name>s2</span>") == 1
    line = next(line for line in code.split("\n") if "data-name" in line)
    text = Elements(line).text
    assert text == f"model = hub.load({quote}megengine/models{quote}, {quote}s2{quote}, pretrained=True)"
    assert choice_of(sample, uses(sample)).code_with("large").count("large") == 1


def test_failure_in_the_sample_is_marked_in_the_whole_of_it() -> None:
    """Lines keep their places."""
    of = [page for page in pages() if page.id == "megengine_vision_faster_rcnn"]
    site = a_site(*of)
    assert "res101" not in site[f"en/models/{of[0].id}/index.html"].split("<pre")[1].split("</pre>")[0]


def test_links_to_the_source_need_a_repository() -> None:
    """And Colab needs to be told where GitHub shows the notebooks: it opens them from nowhere else."""
    page = read(a_page())
    foot = Elements(a_site(page)["en/models/tiny/index.html"])
    assert not [link for link in foot.attributes("a", "href") if "colab" in link or "/edit/" in link]
    hub = replace(
        Config().hub,
        repository="https://github.com/acme/hub",
        notebooks="https://github.com/acme/hub/blob/gh-pages/",
    )
    links = Elements(a_site(page, hub=hub)["en/models/tiny/index.html"]).attributes("a", "href")
    assert "https://github.com/acme/hub/blob/main/hub_pages/tiny.md" in links
    assert "https://github.com/acme/hub/edit/main/hub_pages/tiny.md" in links
    assert "https://colab.research.google.com/github/acme/hub/blob/gh-pages/en/models/tiny/tiny.ipynb" in links
    assert "../../../en/models/tiny/tiny.ipynb" in links


def test_page_for_what_is_not_found_starts_from_the_path_of_the_site() -> None:
    """It is shown at any depth, where a relative link would lead anywhere."""
    page = read(a_page())
    assert '"/assets/style.' in a_site(page)["404.html"]
    hub = replace(Config().hub, base_url="https://example.org/some/hub/")
    assert '"/some/hub/assets/style.' in a_site(page, hub=hub)["404.html"]


def test_line_separator_within_a_text_shifts_no_choice() -> None:
    """The lines that go are those of the other entries, whatever stands in a text above them."""
    sample = "text = 'one\u2028two'\n" + SAMPLE
    assert choice_of(sample, uses(sample)).code == "text = 'one\u2028two'\n" + choice_of(SAMPLE, uses(SAMPLE)).code


def test_summary_in_another_language_says_so() -> None:
    """In lists, beside related models and in the search's names: also where only the summary is not translated."""
    untranslated = a_page(title="Two").replace("    en_US: A tiny model\n", "")
    of = [read(a_page(title="One"), "acme_vision_one.md"), read(untranslated, "acme_vision_two.md")]
    site = a_site(*of)
    assert '<p class="about" lang="zh-Hans">小模型</p>' in site["en/index.html"]
    assert '<p class="about">A tiny model</p>' in site["en/index.html"]
    assert '<span class="quiet" lang="zh-Hans">小模型</span>' in site["en/models/acme_vision_one/index.html"]
    assert 'lang="zh-Hans">小模型' not in site["zh/index.html"]
    (names,) = [page for page in lists(records(of), HUB, TEMPLATES, SEARCHED) if page.path == "en/names.json"]
    assert [model[7:] for model in names.context["models"]] == [(), ("zh-Hans", "en")]
