"""Values that lists are known by."""

import pytest

from generator.model.addresses import list_place, list_value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Apache-2.0", "apache-2.0"),
        ("(MIT OR Apache-2.0) AND GPL-2.0+", "mit-or-apache-2.0-and-gpl-2.0-or-later"),
        ("Pascal VOC", "pascal-voc"),
        ("pascal-voc", "pascal-voc"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_name_becomes_a_value_that_is_a_folder_and_a_word(name: str, value: str) -> None:
    """Scripts tell values apart by spaces, and servers folders by slashes."""
    assert list_value(name) == value


@pytest.mark.parametrize("name", ["数据集", "..", "", "é", "/"])
def test_name_without_letters_of_ascii_has_a_value_too(name: str) -> None:
    """The same each time, and another one for another name."""
    value = list_value(name)
    assert value.isascii()
    assert value.replace("-", "").isalnum()
    assert value == list_value(name) != list_value(f"{name}x")
    assert list_place("dataset", value) == f"datasets/{value}/"
