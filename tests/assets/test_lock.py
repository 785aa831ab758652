"""hub.lock: reading, writing, and one spelling for each URL."""

import subprocess
import sys
from pathlib import Path
from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.assets.lock import LockError, add_asset, normalise_url, read_lock, write_lock
from generator.assets.store import Store
from generator.model.asset import Asset

A = Asset("https://a.invalid/x", "a" * 64, 1)
B = Asset("https://b.invalid/x", "b" * 64, 2)

_ADD_MANY = """
import sys
from pathlib import Path
from generator.assets.lock import add_asset
from generator.assets.store import Store
folder, name = Path(sys.argv[1]), sys.argv[2]
file = folder / name
file.write_text(name)
for number in range(25):
    add_asset(f"https://{name}.invalid/{number}", file, folder / "hub.lock", Store(folder / "store"))
"""

_hosts = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,5}){1,2}", fullmatch=True)
_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="#?\\"), max_size=20)
_urls = st.builds(
    "{}://{}{}/{}?{}".format,
    st.sampled_from(["http", "https"]),
    _hosts,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    _text,
    _text,
)


def test_written_assets_are_read_back(tmp_path: Path) -> None:
    """Reading a lock gives the assets that were written, by URL."""
    write_lock(tmp_path / "hub.lock", [A, B])
    assert read_lock(tmp_path / "hub.lock") == {A.url: A, B.url: B}


def test_lock_is_sorted_by_url_whatever_the_order_of_writing(tmp_path: Path) -> None:
    """The same assets make the same bytes, so that two branches merge."""
    write_lock(tmp_path / "one", [B, A])
    write_lock(tmp_path / "two", [A, B])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert list(read_lock(tmp_path / "one")) == [A.url, B.url]


def test_lock_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    """A new hub has no lock and needs none."""
    assert read_lock(tmp_path / "hub.lock") == {}


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD",
        "asset = 3",
        '[[asset]]\nurl = "https://a.invalid/x"\nsize = 1',
        f'[[asset]]\nurl = "https://a.invalid/x"\nsha256 = "{"a" * 64}"\nsize = "many"',
        f'[[asset]]\nurl = "ftp://a.invalid/x"\nsha256 = "{"a" * 64}"\nsize = 1',
        '[[asset]]\nurl = "https://a.invalid/x"\nsha256 = "../../../etc/passwd"\nsize = 1',
    ],
    ids=["conflict", "no-table", "no-digest", "no-size", "no-http", "path-for-a-digest"],
)
def test_broken_lock_is_named_in_the_error(tmp_path: Path, text: str) -> None:
    """A file that is not a lock gives a LockError that says which file."""
    path = tmp_path / "hub.lock"
    path.write_text(text)
    with pytest.raises(LockError, match=r"hub\.lock: not a lock file"):
        read_lock(path)


def test_lock_written_by_hand_is_looked_up_by_the_normal_spelling(tmp_path: Path) -> None:
    """A URL that a person wrote into the lock meets the one that a client sends."""
    path = tmp_path / "hub.lock"
    path.write_text(f'[[asset]]\nurl = "HTTPS://A.invalid:443/x"\nsha256 = "{"a" * 64}"\nsize = 1\n')
    assert read_lock(path) == {A.url: A}


def test_failed_write_leaves_no_file_behind(tmp_path: Path) -> None:
    """Where the lock cannot be put in place, its half-way copy goes too."""
    (tmp_path / "hub.lock").mkdir()
    with pytest.raises(OSError):
        write_lock(tmp_path / "hub.lock", [A])
    assert [path.name for path in tmp_path.iterdir()] == ["hub.lock"]


def test_adding_a_url_again_replaces_its_line(tmp_path: Path, store: Store) -> None:
    """The last file added under a URL is the one that is locked."""
    file, lock = tmp_path / "file", tmp_path / "hub.lock"
    file.write_text("first")
    add_asset("https://a.invalid/x", file, lock, store)
    file.write_text("second")
    asset = add_asset("https://A.invalid:443/x#top", file, lock, store)
    assert read_lock(lock) == {"https://a.invalid/x": asset}
    assert store.path_of(asset.sha256).read_text() == "second"


def test_two_processes_adding_at_once_lose_nothing(tmp_path: Path) -> None:
    """Every line of both processes is in the lock."""
    command = [sys.executable, "-c", _ADD_MANY, str(tmp_path)]
    processes = [subprocess.Popen([*command, name]) for name in ("left", "right")]
    assert [process.wait(120) for process in processes] == [0, 0]
    expected = {f"https://{name}.invalid/{number}" for name in ("left", "right") for number in range(25)}
    assert set(read_lock(tmp_path / "hub.lock")) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://GitHub.com", "https://github.com/"),
        ("HTTPS://github.com:443/a#readme", "https://github.com/a"),
        ("http://github.com:80/a?b=c", "http://github.com/a?b=c"),
        ("http://github.com:443/a", "http://github.com:443/a"),
        ("https://me:secret@github.com/a", "https://github.com/a"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("https://a.invalid/my net.pkl", "https://a.invalid/my%20net.pkl"),
        ("https://a.invalid/%7euser/%e4", "https://a.invalid/~user/%E4"),
        ("https://a.invalid/100%", "https://a.invalid/100%25"),
        ("https://münchen.invalid/猫", "https://xn--mnchen-3ya.invalid/%E7%8C%AB"),
    ],
)
def test_url_has_one_spelling(url: str, expected: str) -> None:
    """What a snippet writes and what a client sends come out the same."""
    assert normalise_url(url) == expected


@pytest.mark.parametrize("url", ["", "net.pkl", "ftp://a.invalid/x", "https:///x", "http://a:port/", "http://[::1"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    """Only absolute http and https URLs can be locked."""
    with pytest.raises(ValueError):
        normalise_url(url)


@settings(deadline=None)
@given(_urls)
def test_normal_url_stays_as_it_is(url: str) -> None:
    """Normalising twice is normalising once."""
    assert normalise_url(normalise_url(url)) == normalise_url(url)


@settings(deadline=None)
@given(_urls, st.text(ascii_letters + digits, max_size=5))
def test_fragment_and_case_of_host_do_not_matter(url: str, fragment: str) -> None:
    """Two spellings that ask a server for the same thing are one."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    assert normalise_url(f"{scheme.upper()}://{host.upper()}/{path}#{fragment}") == normalise_url(url)
