"""Requests of pip, told from those of pages."""

import pytest

from generator.model.asset import AssetRequest


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("https://pypi.org/simple/imgaug/", "imgaug"),
        ("https://pypi.tuna.tsinghua.edu.cn/simple/imgaug/", "imgaug"),
        ("https://mirrors.aliyun.com/pypi/simple/ruamel.yaml/", "ruamel.yaml"),
        (
            "https://files.pythonhosted.org/packages/ab/cd/imgaug-0.4.0-py2.py3-none-any.whl",
            "imgaug-0.4.0-py2.py3-none-any.whl",
        ),
        ("https://a.example/simple/cat.jpg?size=1", ""),
        ("https://a.example/simple/models/net.pkl", ""),
        ("https://a.example/x", ""),
    ],
)
def test_package_that_an_index_is_asked_for(url: str, package: str) -> None:
    """By the address alone, whoever's index it is."""
    assert AssetRequest(url, "refused", None, None, None, 1.0).package == package
