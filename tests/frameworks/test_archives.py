"""Where frameworks get repositories from."""

import pytest

from generator.frameworks import framework


@pytest.mark.parametrize(
    ("name", "repository", "urls"),
    [
        ("megengine", "megengine/models", "https://github.com/megengine/models/archive/master.zip"),
        ("megengine", "MegEngine/Models:v1.0", "https://github.com/MegEngine/Models/archive/v1.0.zip"),
        ("megengine", "a-b/c.d_e:feature/x", "https://github.com/a-b/c.d_e/archive/feature/x.zip"),
        (
            "pytorch",
            "pytorch/vision",
            "https://github.com/pytorch/vision/zipball/main https://github.com/pytorch/vision/zipball/master",
        ),
        ("pytorch", "pytorch/vision:v0.10.0", "https://github.com/pytorch/vision/zipball/v0.10.0"),
    ],
)
def test_repository_is_where_hub_load_gets_it(name: str, repository: str, urls: str) -> None:
    """The branch is the usual one unless another is named."""
    assert list(framework(name).archives.urls_of(repository)) == urls.split()


@pytest.mark.parametrize("name", ["megengine", "pytorch"])
@pytest.mark.parametrize("repository", ["models", "a/b/c", "a/b:", "", "../x:y:z", "a b/c"])
def test_what_names_no_repository_is_refused(name: str, repository: str) -> None:
    """The message says how to write it."""
    with pytest.raises(ValueError, match="owner/name"):
        framework(name).archives.urls_of(repository)
