"""Claims about models that only this hub knows."""

import pytest

from generator.checking.parts import HubFacts
from generator.checking.rules.claims import other_model_named
from generator.checking.view import PageView
from generator.config import Config
from tests.pages import a_page, read


@pytest.mark.parametrize(
    ("titles", "written", "found"),
    [
        ({"acme_vision_zebranet": "ZebraNet"}, "ZebraNet", ["ZebraNet"]),
        ({"acme_vision_zebranet": "Z-Net 2"}, "zebra_net", ["zebra_net"]),
        ({"acme_vision_zebranet": "Zebras"}, "zebras", []),
        ({"tiny": "Tiny"}, "Tiny", []),
        ({}, "ZebraNet", []),
    ],
)
def test_models_of_other_pages_are_known_by_title_and_id(
    titles: dict[str, str], written: str, found: list[str]
) -> None:
    """Where the title looks like a name: a page called Zebras says nothing of those that have zebras."""
    facts = HubFacts(Config().hub, frozenset({"hub1"}), titles, {})
    view = PageView(read(a_page(en=f"We provide pretrained {written} models.")), facts)
    assert [finding.message.split(" is provided")[0].split()[-1] for finding in other_model_named(view)] == found
