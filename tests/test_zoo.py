"""The zoo is the model repository that the tests of the whole program load: what it promises them."""

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from generator.assets.lock import read_lock
from generator.assets.store import Store
from tests import zoo
from tests.zoo.__main__ import NO_KERNEL, WRONG_CALL, main
from tests.zoo.names import CLASSES, DETECTORS, ENTRIES, NEIGHBOURS, OTHERS
from tests.zoo.offline import OFFLINE, files_of, home_of, last_line, run_in_kernel

ONE_STAGE, TWO_STAGE = "freeanchor_res50_coco_1x_800size", "faster_rcnn_res18_coco_3x_800size"
RETINANET, FCOS, ATSS = (f"{family}_res50_coco_3x_800size" for family in ("retinanet", "fcos", "atss"))
EACH_FAMILY = [ONE_STAGE, TWO_STAGE, RETINANET, FCOS, ATSS]

SAMPLE = """
from megengine import hub
model = hub.load(
    "megengine/models",
    "{entry}",
    pretrained=True,
    use_cache=False,
)
model.eval()

models_api = hub.import_module(
    "megengine/models",
    git_host="github.com",
)
"""

# What the two public pages of 2020 have in common before they call the model.
PREPARE = """
# Download an example image from the megengine data website
import urllib
url, filename = ("https://data.megengine.org.cn/images/cat.jpg", "cat.jpg")
try: urllib.URLopener().retrieve(url, filename)
except: urllib.request.urlretrieve(url, filename)

import cv2
import megengine as mge

image = cv2.imread("cat.jpg")
data, im_info = models_api.DetEvaluator.process_inputs(image, 800, 1333)
"""

OLD_CALL = """
model.inputs["image"].set_value(data)
model.inputs["im_info"].set_value(im_info)
"""

CALL = """
predictions = model(image=mge.tensor(data), im_info=mge.tensor(im_info))
print(predictions)
"""

# The last line of a script's output: what the test wants to know of its predictions.
DESCRIBE = """
import hashlib
import numpy as np

scores, boxes = (output.numpy() for output in predictions)
evaluator = models_api.DetEvaluator(model)
found = evaluator.predict(image=mge.tensor(data), im_info=mge.tensor(im_info))
print(json.dumps({
    "image": [list(data.shape), str(data.dtype), float(data.min()), float(data.max())],
    "im_info": im_info.tolist(),
    "scores": [list(scores.shape), float(scores.min()), float(scores.max())],
    "boxes": [list(boxes.shape), float(boxes.min()), float(boxes[..., 0::2].max()), float(boxes[..., 1::2].max())],
    "digest": hashlib.sha256(scores.tobytes() + boxes.tobytes()).hexdigest(),
    "found": found.tolist(),
}))
"""


@pytest.fixture(scope="module")
def root(zoo_root: Path) -> Path:
    """A hub root that replays the zoo."""
    return zoo_root


@pytest.fixture(scope="module")
def second_root(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A root that the command made in its own process, where an interrupted one with a page in it lay."""
    folder = tmp_path_factory.mktemp("zoo") / "second"
    (folder / "hub_pages").mkdir(parents=True)
    (folder / "hub_pages" / "a.md").write_text("mine", encoding="utf-8")
    (folder / "hub.toml").write_text(zoo.MARK, encoding="utf-8")
    (folder / "hub.lock").write_text("no lock at all", encoding="utf-8")
    call = [sys.executable, "-m", "tests.zoo", str(folder)]
    checkout = zoo.REPOSITORY.parents[2]
    done = subprocess.run(call, cwd=checkout, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert f"hubpages -C {folder} verify PATH… --assets replay" in done.stdout
    return folder


@pytest.fixture(scope="module")
def seen(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a page that loads an entry and calls it on the picture sees, for one entry of each family."""
    return {entry: see(entry, root, home_of(root, tmp_path_factory.mktemp("home"))) for entry in EACH_FAMILY}


def see(entry: str, root: Path, home: Path, start: str = "") -> Any:
    """What such a page sees of this entry; ``start`` runs before it."""
    page = SAMPLE.format(entry=entry) + PREPARE + CALL + DESCRIBE
    return last_line(run_in_kernel(start + page, root, home))


@pytest.fixture
def home(root: Path, tmp_path: Path) -> Path:
    """An MGE_HOME in which all weights are cached."""
    return home_of(root, tmp_path)


def test_two_roots_lock_the_same_bytes(root: Path, second_root: Path) -> None:
    """The zoo is made in two processes, and hub.lock, with every digest in it, comes out the same."""
    assert (second_root / "hub.lock").read_bytes() == (root / "hub.lock").read_bytes()


def test_a_root_is_made_anew_without_touching_its_pages(second_root: Path) -> None:
    """Making a root again replaces what the zoo wrote and leaves the rest."""
    assert str(zoo.KERNEL_PYTHON) in (second_root / "hub.toml").read_text(encoding="utf-8")
    assert (second_root / "hub_pages" / "a.md").read_text(encoding="utf-8") == "mine"


def test_the_store_holds_every_file_that_is_locked(root: Path) -> None:
    """The archive, the pictures and one file of weights for each entry lie in the store under their digests."""
    urls = set()
    for asset in read_lock(root / "hub.lock").values():
        content = Store(root / ".hub" / "assets").path_of(asset.sha256).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (asset.sha256, asset.size)
        urls.add(asset.url)
    given = {zoo.ARCHIVE_URL, zoo.PICTURE_URL, zoo.FIGURE_URL, zoo.VOCABULARY_URL, zoo.NAMES_URL, *zoo.NEIGHBOURS}
    weights = urls - given
    others = sum(len(entries) for entries in NEIGHBOURS.values())
    assert len(weights) == len(urls) - len(given) == len(ENTRIES) + others
    found = (re.search(r"/(\w+_800size)_\w+\.pkl$", url) for url in weights)
    assert {match[1] for match in found if match} == DETECTORS


def test_making_a_root_leaves_no_bytecode_in_the_checkout(root: Path) -> None:
    """The kernel's Python imports the repository and its helpers without writing beside them."""
    assert (root / "hub.toml").is_file()
    assert not list(zoo.REPOSITORY.rglob("__pycache__"))
    assert not list((zoo.REPOSITORY.parent / "making").rglob("__pycache__"))


def test_the_archive_is_one_folder_and_names_its_commit(root: Path) -> None:
    """megengine.hub takes the first member's folder; the comment is 40 hexadecimal digits, as git writes it."""
    with zipfile.ZipFile(files_of(root)[zoo.ARCHIVE_URL]) as archive:
        assert archive.namelist()[0] == "Models-master/"
        assert {name.split("/")[0] for name in archive.namelist()} == {"Models-master"}
        assert "Models-master/hubconf.py" in archive.namelist()
        assert re.fullmatch(rb"[0-9a-f]{40}", archive.comment)


def test_the_hub_lists_every_entry_and_class(root: Path, home: Path) -> None:
    """hub.list finds the entries, the classes and nothing else; hub.help has a sentence for each."""
    code = """
from megengine import hub
names = hub.list("megengine/models")
print(json.dumps({name: hub.help("megengine/models", name) for name in names}))
"""
    helps = last_line(run_in_kernel(code, root, home))
    assert set(helps) == ENTRIES | CLASSES
    assert all(helps[entry].startswith("A thin ") for entry in ENTRIES)


def test_every_model_of_pictures_loads_its_weights(root: Path, home: Path) -> None:
    """hub.load with pretrained=True fills each model strictly; a detector's configuration is what pages read."""
    code = """
from megengine import hub
fields = ["test_image_short_size", "test_image_max_size", "test_cls_threshold", "test_max_boxes_per_image",
          "num_classes", "test_nms", "class_aware_box"]
models = {name: hub.load("megengine/models", name, pretrained=True) for name in %r}
print(json.dumps({
    name: [getattr(model.cfg, field) for field in fields] for name, model in models.items() if "_800size" in name
}))
""" % sorted(DETECTORS | OTHERS)  # noqa: UP031 (the code is full of braces)
    configurations = last_line(run_in_kernel(code, root, home))
    assert configurations == {
        entry: [
            800,
            1333,
            0.05,
            100,
            80,
            0.6 if entry.startswith(("fcos", "atss")) else 0.5,
            entry.startswith("faster"),
        ]
        for entry in DETECTORS
    }


def test_the_page_that_calls_freeanchor_runs_through(seen: dict[str, Any]) -> None:
    """The public FreeAnchor page's code prints scores and boxes of all anchors, with shapes as documented."""
    page = seen[ONE_STAGE]
    assert page["image"][:2] == [[1, 3, 1067, 800], "float32"]
    assert page["image"][2] >= 0 and 200 < page["image"][3] <= 255
    assert page["im_info"] == [[1067, 800, 612, 459]]
    assert page["scores"][0] == [163206, 80]
    assert page["boxes"] == [[163206, 4], 0, 459, 612]


def test_the_two_stage_detector_gives_a_box_for_each_class(seen: dict[str, Any]) -> None:
    """A Faster R-CNN returns (R, 80) scores and (R, 80, 4) boxes, clipped to the picture."""
    page = seen[TWO_STAGE]
    proposals = page["scores"][0][0]
    assert 5 <= proposals <= 1000
    assert page["scores"][0] == [proposals, 80]
    assert page["boxes"][0] == [proposals, 80, 4]
    assert page["boxes"][1] >= 0 and page["boxes"][2] <= 459 and page["boxes"][3] <= 612


@pytest.mark.parametrize(("entry", "rows"), [(RETINANET, 163206), (FCOS, 18134), (ATSS, 18134)])
def test_a_one_stage_detector_gives_a_row_for_each_place(seen: dict[str, Any], entry: str, rows: int) -> None:
    """Nine anchors a place or one point: as many rows of 80 scores, and boxes of that many places in the picture."""
    assert seen[entry]["scores"][0] == [rows, 80]
    assert seen[entry]["boxes"] == [[rows, 4], 0, 459, 612]


@pytest.mark.parametrize("entry", EACH_FAMILY)
def test_the_four_things_in_the_picture_are_found(seen: dict[str, Any], entry: str) -> None:
    """Cat, ball, plant and clock are found with confidence, by few boxes among many faint ones."""
    scores, found = seen[entry]["scores"], seen[entry]["found"]
    assert 0 <= scores[1] < 0.01 < 0.8 < scores[2] <= 1
    confident = [row for row in found if row[4] > 0.3]
    assert {row[5] for row in confident} == {15, 32, 58, 74}
    assert 4 <= len(confident) <= 12 < len(found)


@pytest.mark.parametrize("entry", EACH_FAMILY)
def test_results_are_the_same_at_every_async_level(seen: dict[str, Any], root: Path, home: Path, entry: str) -> None:
    """The default level, at which two aranges in flight disturb each other, changes no bit of any output."""
    careful = "import megengine; megengine.config.async_level = 0\n"
    assert see(entry, root, home, start=careful) == seen[entry]


def test_the_page_that_sets_model_inputs_fails_there(root: Path, home: Path) -> None:
    """The public Faster R-CNN page loads its model, then stops at `model.inputs`, which no version has any more."""
    page = SAMPLE.format(entry="faster_rcnn_res50_coco_1x_800size") + PREPARE + OLD_CALL
    done = run_in_kernel(page, root, home, expect=1)
    line = (OFFLINE + page).splitlines().index('model.inputs["image"].set_value(data)') + 1
    assert f'File "<string>", line {line}, in <module>' in done.stderr
    assert "AttributeError" in done.stderr.strip().splitlines()[-1]
    assert "inputs" in done.stderr.strip().splitlines()[-1]


def test_traps_of_the_real_models_are_there(root: Path, home: Path) -> None:
    """An ndarray in place of a tensor, training mode and several images raise errors, as pages that do so must see."""
    code = """
import numpy as np, megengine as mge
from megengine import hub
image, im_info = np.zeros((1, 3, 96, 128), "float32"), np.array([[96, 128, 48, 64]], "float32")
raised = {}
for entry in ("faster_rcnn_res18_coco_3x_800size", "freeanchor_res18_coco_3x_800size", "fcos_res18_coco_3x_800size"):
    model = hub.load("megengine/models", entry)
    one, two, info = mge.tensor(image), mge.tensor(image.repeat(2, 0)), mge.tensor(im_info)
    calls = {"training": (one, info), "ndarray": (image, im_info), "two": (two, info), "fine": (one, info)}
    for call in calls:
        model.train(call == "training")
        try:
            model(image=calls[call][0], im_info=calls[call][1])
        except Exception as error:
            raised.setdefault(call, []).append(type(error).__name__)
print(json.dumps(raised))
"""
    raised = last_line(run_in_kernel(code, root, home))
    assert raised == {
        "training": ["NotImplementedError"] * 3,
        "ndarray": ["TypeError"] * 3,
        "two": ["ValueError"] * 3,
    }


def test_the_evaluator_prepares_and_draws(root: Path, home: Path) -> None:
    """process_inputs resizes within both limits and flips; vis_det draws on a copy; nothing found has shape (0,)."""
    code = """
import numpy as np, megengine as mge
from megengine import hub
api = hub.import_module("megengine/models", git_host="github.com")
picture = np.random.RandomState(0).randint(0, 256, (300, 1200, 3)).astype("uint8")
plain, im_info = api.DetEvaluator.process_inputs(picture, 800, 1333)
flipped, _ = api.DetEvaluator.process_inputs(picture, 800, 1333, flip=True)
before = picture.copy()
drawn = api.DetEvaluator.vis_det(picture, [[10, 10, 90, 90, 0.9, 0]], classes=["person"])
model = hub.load("megengine/models", "freeanchor_res18_coco_3x_800size")
model.eval()
model.cfg.test_cls_threshold = 1
none = api.DetEvaluator(model).predict(image=mge.tensor(plain), im_info=mge.tensor(im_info))
print(json.dumps([
    api.DetEvaluator.get_hw_by_short_size(612, 459, 800, 1333), im_info.tolist(), list(plain.shape),
    bool(np.abs(flipped[..., ::-1] - plain).max() <= 1), bool((picture == before).all()),
    bool((drawn != before).any()), list(none.shape),
]))
"""
    seen = last_line(run_in_kernel(code, root, home))
    assert seen == [[1067, 800], [[333, 1333, 300, 1200]], [1, 3, 333, 1333], True, True, True, [0]]


def test_the_command_refuses_a_folder_of_someone_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with files that the zoo did not make stays as it is, and the call was wrong."""
    (tmp_path / "hub.toml").write_text('title = "Mine"\n', encoding="utf-8")
    assert main([str(tmp_path)]) == WRONG_CALL
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["hub.toml"]


def test_the_command_refuses_a_file(tmp_path: Path) -> None:
    """A file cannot become a root."""
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == WRONG_CALL


def test_without_a_kernel_environment_the_command_says_what_sets_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It ends with status 3 and one sentence that names the make target, and writes nothing."""
    monkeypatch.setattr(zoo, "KERNEL_PYTHON", tmp_path / "gone" / "bin" / "python")
    assert main([str(tmp_path / "root")]) == NO_KERNEL
    assert "`make .venv-megengine/.ready` sets it up" in capsys.readouterr().err
    assert not (tmp_path / "root").exists()
