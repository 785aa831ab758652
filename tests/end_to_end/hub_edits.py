"""What may happen to a hub between two calls of `check`, drawn by chance: each is one function of `Edits`."""

import io
import os
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from PIL import Image

from generator.assets.lock import write_lock
from generator.files import write_whole
from generator.keeping import keep
from generator.model.asset import Asset
from tests.pages import a_page

TITLES = ["ResNet", "ResNeXt", "Resent", "Detector", "DeepLab", "Reszied", "MobileNet V2"]
ENGLISH = [
    "The image is reszied first.",
    "It is a Detector, and better than ResNeXt.",
    "See [the classes](classes.txt) and ![two cats](cat.png).",
    "See [the other page](resnet.md#missing), and deeplab or mobilenet for more.",
    "Trailing spaces  ",
    "The models are called `resnet18` and Resnet.",
    '<!-- check: allow misspelling reason="his word" -->\n\nIt is reszied.',
]
SAMPLES = [
    'import megengine\nmodel = megengine.hub.load("megengine/models", "resnet18")',
    'import megengine\nmodel = megengine.hub.load("megengine/models", "resnet81")',
    'import megengine\nmodel = megengine.hub.load("someone/else", "net")',
    "x = 1",
]
RULES = ["misspelling", "missing-file", "name-spelling", "unknown-tag", "other-model-named", "unknown-entry"]


class Edits:
    """A hub that someone works on. `today` is the day that it is meant to be."""

    def __init__(self, folder: Path, seed: int, *, is_new: bool = True) -> None:
        self.folder, self.pages, self.today = folder, folder / "hub_pages", date(2030, 1, 1)
        self.random = random.Random(seed)
        for name in ("resnet", "detector", "deeplab", "mobilenet") if is_new else ():
            self.pages.mkdir(exist_ok=True)
            (self.pages / f"{name}.md").write_text(self._text(), encoding="utf-8")

    def one(self) -> str:
        """Do one of them, and say which."""
        what: Callable[[], None] = self.random.choice([*_EDITS, *_OF_CACHE]).__get__(self)
        with suppress(IndexError, OSError):  # there is no page left, or it is a link to itself
            what()
        return what.__name__

    def _text(self) -> str:
        pick = self.random.choice
        days = self.today + timedelta(self.random.randrange(-3, 4))
        skip = f'<!-- verify: skip reason="slow" until={days} -->\n```python\ny = 1\n```\n' if pick([0, 0, 1]) else ""
        return a_page(
            sample=pick(SAMPLES),
            title=pick(TITLES),
            template=pick(["hub1", "hub1", "mine"]),
            tags=[pick(["vision", "vison"])],
            en=f"{pick(ENGLISH)}\n\n{pick(ENGLISH)}\n\n{skip}",
            zh=f"正文\n\n{skip}",
        )

    def _page(self) -> Path:
        return self.random.choice(sorted(self.pages.glob("*.md")))

    def _replace(self, old: str, new: str) -> None:
        page = self._page()
        page.write_bytes(page.read_bytes().replace(old.encode(), new.encode(), 1))

    def change_text(self) -> None:
        """Another word, of the same length: only the bytes tell."""
        self._replace(*self.random.choice([("image", "imgae"), ("reszied", "resized"), ("better", "bettre")]))

    def add_text(self) -> None:
        """One more paragraph."""
        page = self._page()
        page.write_bytes(page.read_bytes() + f"\n{self.random.choice(ENGLISH)}\n".encode())

    def write_anew(self) -> None:
        """All of a page, or a new one."""
        name = self.random.choice(["resnet", "detector", "deeplab", "mobilenet", "vgg", "ResNet", "VGG"])
        target = self.pages / f"{name}.md"
        target.unlink(missing_ok=True)
        target.write_text(self._text(), encoding="utf-8")

    def change_title(self) -> None:
        """To that of another model."""
        page = self._page()
        lines = page.read_text(encoding="utf-8", errors="replace").split("\n")
        new = f"title: {self.random.choice(TITLES)}"
        page.write_text("\n".join(new if line.startswith("title:") else line for line in lines), encoding="utf-8")

    def change_tags(self) -> None:
        """To one that there is not, or back."""
        self._replace(*self.random.choice([("[vision]", "[vison]"), ("[vison]", "[vision]")]))

    def break_page(self) -> None:
        """So that it cannot be read."""
        self._page().write_bytes(self.random.choice([b"", b"\xff\xfe", b"---\ntitle: [\n---\n", b"no page"]))

    def remove_page(self) -> None:
        """Or what it leads to."""
        self._page().unlink()

    def rename_page(self) -> None:
        """Perhaps to the id of another one, in capitals."""
        self._page().rename(self.pages / f"{self.random.choice(['RESNET', 'detector', 'new', 'DeepLab'])}.md")

    def link_page(self) -> None:
        """To the file of another page, or to one elsewhere."""
        target = self.pages / "linked.md"
        target.unlink(missing_ok=True)
        outside = self.folder / "outside.md"
        outside.write_text(self._text(), encoding="utf-8")
        target.symlink_to(self.random.choice([self._page().name, "../outside.md", "linked.md", "nowhere.md"]))

    def touch_page(self) -> None:
        """As version control does when it goes back and forth."""
        os.utime(self._page())

    def change_rules(self) -> None:
        """One of them, as the hub's owner may."""
        severity = self.random.choice(["off", "warning", "error"])
        (self.folder / "hub.toml").write_text(f'[rules]\n{self.random.choice(RULES)} = "{severity}"\n')

    def forget_rules(self) -> None:
        """All is as it was."""
        (self.folder / "hub.toml").unlink(missing_ok=True)

    def change_template(self) -> None:
        """There is one of that name, or none."""
        folder = self.folder / "templates" / "mine"
        folder.mkdir(parents=True, exist_ok=True)
        card = folder / "card.html"
        card.unlink() if card.exists() else card.write_text("{{ page }}")

    def change_file(self) -> None:
        """That a page links to."""
        target = self.pages / "classes.txt"
        target.unlink() if target.exists() else target.write_text("cat\n")

    def change_picture(self) -> None:
        """To one that can be shown, to what is none, or to nothing."""
        target, data = self.pages / "cat.png", io.BytesIO()
        Image.new("RGB", (2, 2)).save(data, "PNG")
        target.unlink(missing_ok=True)
        if content := self.random.choice([data.getvalue(), b"no picture", None]):
            target.write_bytes(content)

    def change_entries(self) -> None:
        """Of a hub repository."""
        self.put_entry(self.random.choice(["resnet18", "resnet50"]), is_there=self.random.random() < 0.7)

    def put_entry(self, name: str, *, is_there: bool) -> None:
        """Lock an archive of megengine/models that exports this, and have it in the store or not."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("Models-master/hubconf.py", f"def {name}(): ...\n")
        digest = sha256(data.getvalue()).hexdigest()
        url = "https://github.com/megengine/models/archive/master.zip"
        write_lock(self.folder / "hub.lock", [Asset(url, digest, len(data.getvalue()))])
        place = self.folder / ".hub" / "assets" / digest[:2] / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if is_there:
            place.write_bytes(data.getvalue())

    def move_day(self) -> None:
        """Forwards, or back: clocks are set."""
        self.today += timedelta(self.random.choice([-1, 1, 2]))

    @property
    def cache(self) -> Path:
        """The file of what was found before."""
        return self.folder / ".hub" / "cache" / "checked"

    def delete_cache(self) -> None:
        """As anyone may."""
        self.cache.unlink(missing_ok=True)

    def truncate_cache(self) -> None:
        """As a full disk does."""
        if self.cache.exists():
            data = self.cache.read_bytes()
            self.cache.write_bytes(data[: self.random.randrange(len(data))])

    def spoil_cache(self) -> None:
        """A letter of each name of a rule: it can be read, and is not what was kept."""
        if self.cache.exists():
            self.cache.write_bytes(self.cache.read_bytes().replace(b"file-name", b"file-nome"))

    def fill_cache(self) -> None:
        """With rubbish, or with what another version kept."""
        self.cache.parent.mkdir(parents=True, exist_ok=True)
        if self.random.random() < 0.5:
            write_whole(self.cache, self.random.randbytes(200))
        else:
            keep({"pages": {"hub_pages/resnet.md": 1}}, self.cache)


_EDITS = [
    Edits.change_text,
    Edits.add_text,
    Edits.write_anew,
    Edits.change_title,
    Edits.change_tags,
    Edits.break_page,
    Edits.remove_page,
    Edits.rename_page,
    Edits.link_page,
    Edits.touch_page,
    Edits.change_rules,
    Edits.forget_rules,
    Edits.change_template,
    Edits.change_file,
    Edits.change_picture,
    Edits.change_entries,
    Edits.move_day,
]
_OF_CACHE = [Edits.delete_cache, Edits.truncate_cache, Edits.spoil_cache, Edits.fill_cache]
