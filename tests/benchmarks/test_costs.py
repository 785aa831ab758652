"""What models cost: counted on the zoo's thin models, whose figures can be worked out by hand, and told on pages."""

import json
import re
import subprocess
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from generator.model.page import Page
from generator.reading.hub import read_hub
from tests.kernels import KERNEL_PYTHON, ROOT
from tests.pages import LANGUAGES
from tests.zoo import REPOSITORY
from tests.zoo.archive import write_archive

COSTS = ROOT / "benchmarks" / "costs"
IMAGE = {"shape": [1, 3, 224, 224]}

SUBJECTS: dict[str, dict[str, Any]] = {
    "classifier": {"entry": "resnet18", "inputs": [IMAGE]},
    "grouped": {"entry": "resnext50_32x4d", "inputs": [IMAGE]},
    "two images": {"entry": "resnet18", "inputs": [{"shape": [2, 3, 224, 224]}]},
    "features": {"entry": "resnet18", "method": "extract_features", "inputs": [IMAGE]},
    "keypoints": {"entry": "simplebaseline_res50", "inputs": [{"shape": [1, 3, 256, 192]}]},
    "int8": {"entry": "quantized_resnet18", "inputs": [IMAGE]},
    "text": {"entry": "uncased_L_12_H_768_A_12", "inputs": [{"shape": [1, 7], "of": 1, "type": "int32"}]},
    "switched": {"entry": "resnet18", "attributes": {"stem.relu": False, "fc.training": True}, "inputs": [IMAGE]},
}


def stage(side: int, before: int, width: int, groups: int = 1, blocks: int = 1) -> tuple[int, int]:
    """Multiply-adds and activations of a convolution of 3 × 3 that enters, and of two a block, the first in groups."""
    of_one = side * side * width
    return of_one * 9 * (before + blocks * (width // groups + width)), of_one * (1 + 2 * blocks)


def residual_network(side: int, *, groups: int = 1, blocks: tuple[int, ...] = (1, 1, 1, 1)) -> tuple[int, int]:
    """The same of the thin residual network for a square image, without its last layer: widths 8, 8, 16, 16, 32."""
    widths = (8, 8, 16, 16, 32)
    stem = (side // 2) ** 2 * 8
    parts = [
        stage(side // 2 ** (number + 2), before, width, groups, blocks[number])
        for number, (before, width) in enumerate(pairwise(widths))
    ]
    return stem * 3 * 49 + sum(part[0] for part in parts), stem + sum(part[1] for part in parts)


FLOPS, ACTIVATIONS = residual_network(224)
GROUPED, GROUPED_ACTIVATIONS = residual_network(224, groups=4, blocks=(1, 2, 3, 1))


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    """What the script tells of the subjects."""
    folder = tmp_path_factory.mktemp("costs")
    write_archive(REPOSITORY, folder / "zoo.zip")
    (folder / "subjects.json").write_text(json.dumps(SUBJECTS), encoding="utf-8")
    told = count(folder / "zoo.zip", "--subjects", folder / "subjects.json")
    assert re.fullmatch("[0-9a-f]{40}", told["revision"])
    return dict(told["costs"])


def count(archive: Path, *arguments: str | Path) -> dict[str, Any]:
    """The script's JSON."""
    call = [KERNEL_PYTHON, "-B", COSTS / "count.py", archive, *arguments]
    done = subprocess.run(list(map(str, call)), capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return dict(json.loads(done.stdout))


def test_convolutions_and_the_last_layer_are_counted(counted: dict[str, dict[str, int]]) -> None:
    """An activation is an element of what a convolution returns: the last layer, a product of matrices, has none."""
    assert (FLOPS, ACTIVATIONS) == (14_751_744 + 5_419_008 + 4_515_840 + 1_354_752 + 1_128_960, 227_360)
    assert counted["features"] == {"flops": FLOPS, "activations": ACTIVATIONS}
    assert counted["classifier"] == {"flops": FLOPS + 32 * 1000, "activations": ACTIVATIONS}


def test_a_batch_takes_as_much_for_each_image(counted: dict[str, dict[str, int]]) -> None:
    """So the figures of pages are of one."""
    assert counted["two images"] == {key: 2 * number for key, number in counted["classifier"].items()}


def test_a_group_sees_its_own_channels_alone(counted: dict[str, dict[str, int]]) -> None:
    """A convolution in four groups takes a quarter, and returns as much."""
    assert counted["grouped"] == {"flops": GROUPED + 32 * 1000, "activations": GROUPED_ACTIVATIONS}


def test_transposed_convolutions_are_counted_by_their_input(counted: dict[str, dict[str, int]]) -> None:
    """Each element of the input is added to a window of 4 × 4 in each of 8 channels."""
    widths, heads = (8, 8, 16, 16, 32), [(8 * 6, 32), (16 * 12, 8), (32 * 24, 8)]
    flops = 128 * 96 * 8 * 147 + sum(
        256 * 192 // 4 ** (number + 2) * width * 9 * (before + 2 * blocks * width)
        for number, (before, width, blocks) in enumerate(zip(widths, widths[1:], (1, 2, 3, 1), strict=False))
    )
    flops += sum(cells * channels * 8 * 16 for cells, channels in heads) + 64 * 48 * 17 * 8 * 9
    assert counted["keypoints"]["flops"] == flops


def test_arithmetic_in_8_bits_is_counted_as_any_other(counted: dict[str, dict[str, int]]) -> None:
    """Widths 8, 16, 16, 32; sides 56, 28, 14, 7; each block has two of 3 × 3 and one of 1 × 1."""
    flops, activations = 56 * 56 * 8 * 147 + 32 * 1000, 56 * 56 * 8
    for side, before, width in ((28, 8, 16), (14, 16, 16), (7, 16, 32)):
        flops += side * side * width * (9 * before + 9 * width + before)
        activations += 3 * side * side * width
    assert counted["int8"] == {"flops": flops, "activations": activations}


def test_products_of_attention_are_counted(counted: dict[str, dict[str, int]]) -> None:
    """Seven tokens: three projections, scores and sums of four heads, the wide view of each layer, and the last."""
    layer = 3 * 7 * 16 * 16 + 2 * 4 * 7 * 7 * 4 + 7 * 16 * 768
    assert counted["text"] == {"flops": 12 * layer + 16 * 768, "activations": 0}


def test_what_is_set_on_parts_changes_nothing_else(counted: dict[str, dict[str, int]]) -> None:
    """As where a detector is told to keep all of its proposals."""
    assert counted["switched"] == counted["classifier"]


NAMED = """
import sys
sys.path.insert(0, "nets")  # where Python was started
from named import network
"""
NETWORK = """
import megengine.functional as F
import megengine.module as M

class Network(M.Module):
    def forward(self, x):
        kernels = F.ones((4, 2, 3, 3, 3)).reshape(8, 3, 9).dimshuffle(0, 2, 1).reshape(4, 2, 3, 3, 3)
        return F.conv2d(x, weight=kernels, padding=1, groups=4)

def network(pretrained):
    return Network()
"""


def test_kernels_may_be_made_and_given_by_name(tmp_path: Path) -> None:
    """As WeightNet's are, and FReLU's modules found where Python was started: 8 channels, 3 × 3 × 3 within a group."""
    (tmp_path / "code" / "nets").mkdir(parents=True)
    (tmp_path / "code" / "hubconf.py").write_text(NAMED, encoding="utf-8")
    (tmp_path / "code" / "nets" / "named.py").write_text(NETWORK, encoding="utf-8")
    write_archive(tmp_path / "code", tmp_path / "code.zip")
    subjects = {"named": {"entry": "network", "inputs": [{"shape": [1, 12, 5, 5]}]}}
    (tmp_path / "subjects.json").write_text(json.dumps(subjects), encoding="utf-8")
    told = count(tmp_path / "code.zip", "--subjects", tmp_path / "subjects.json")
    assert told["costs"] == {"named": {"flops": 25 * 8 * 27, "activations": 25 * 8}}


CONFIGURATION = """
import megengine.module as M

class Cfg:
    channels = 4
    backbone_pretrained = True

def Net(configuration):
    assert not configuration.backbone_pretrained
    return M.Conv2d(3, configuration.channels, 3, padding=1)
"""


def test_model_of_a_configuration_is_counted(tmp_path: Path) -> None:
    """Where no entry builds it; the weights of its backbone are not asked for."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "hubconf.py").write_text("", encoding="utf-8")
    (tmp_path / "code" / "small.py").write_text(CONFIGURATION, encoding="utf-8")
    write_archive(tmp_path / "code", tmp_path / "code.zip")
    subjects = {"small": {"config": "small", "inputs": [{"shape": [1, 3, 5, 5]}]}}
    (tmp_path / "subjects.json").write_text(json.dumps(subjects), encoding="utf-8")
    told = count(tmp_path / "code.zip", "--subjects", tmp_path / "subjects.json")
    assert told["costs"] == {"small": {"flops": 25 * 4 * 27, "activations": 25 * 4}}


# Pages


def pages() -> list[Page]:
    """The project's own."""
    return read_hub([ROOT / "hub_pages"], LANGUAGES)[0]


REPOSITORIES = ("Models", "FunnelAct", "WeightNet")


def told_by(file: str) -> dict[tuple[str, str], Any]:
    """What the files of that name hold, by repository and subject."""
    texts = {name: json.loads((COSTS / name / file).read_text(encoding="utf-8")) for name in REPOSITORIES}
    return {(name, subject): told for name, text in texts.items() for subject, told in text.get("costs", text).items()}


FIGURES = {"FLOPs（G）": ("flops", 9), "激活量（M）": ("activations", 6)}
FIGURES |= {"FLOPs (G)": FIGURES["FLOPs（G）"], "Activations (M)": FIGURES["激活量（M）"]}
"""Headers of columns: which figure they tell, and how many digits it is shifted by. Behind a comma, of which part."""


def told_costs() -> list[tuple[str, tuple[str, str], str, str]]:
    """What tables of pages tell: page, repository and subject, figure, and its text."""
    found = []
    for page in pages():
        repository = str(page.front_matter.github_link).split("/")[4]
        columns: dict[int, tuple[str, str, int]] = {}
        for line in page.source.split("\n"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not line.startswith("|"):
                columns = {}
            elif any(cell.startswith(("FLOPs", "Activations", "激活量")) for cell in cells):
                columns = {index: of for index, cell in enumerate(cells) if (of := column_of(cell))}
            for index, (part, figure, digits) in columns.items():
                entry = re.match(r"`(\w+)`", cells[0])
                if entry and cells[index] not in ("—", "-"):
                    text = f"{digits} {cells[index]}"
                    found.append((page.id, (repository, " ".join(filter(None, (entry[1], part)))), figure, text))
    return found


def column_of(header: str) -> tuple[str, str, int] | None:
    """Part, figure and digits of a column that tells a cost."""
    parts = {"图像": "image", "image": "image", "文本": "text", "text": "text"}
    name, _, part = re.sub("，", ", ", header).partition(", ")
    return (parts.get(part, part), *FIGURES[name]) if name in FIGURES else None


def test_figures_of_pages_are_those_that_were_counted() -> None:
    """In both languages, each rounded as it stands there."""
    costs = told_by("costs.json")
    told = told_costs()
    assert len(told) > 200
    for page, subject, figure, text in told:
        digits, number = text.split(" ")
        places = len(number.partition(".")[2])
        # A guide to text encoders tells of the text alone.
        cost = costs[subject] if subject in costs else costs[subject[0], f"{subject[1]} text"]
        exact = Decimal(cost[figure]).scaleb(-int(digits))
        assert number == f"{exact:.{places}f}", (page, subject, figure)


def test_all_that_was_counted_is_told() -> None:
    """A subject without a place on a page would be counted for nobody."""
    subjects = set(told_by("subjects.json"))
    assert subjects - {name for _, name, _, _ in told_costs()} == set()


def test_published_figures_are_met() -> None:
    """ResNet-18 and ResNet-50: torchvision tells 1.81 and 4.09 GFLOPS. ShuffleNet V2 1x: its paper tells 146 M."""
    costs = told_by("costs.json")
    millions = {subject: round(cost["flops"] / 1e6) for subject, cost in costs.items()}
    names = ("resnet18", "resnet50", "shufflenet_v2_x1_0")
    assert [millions["Models", name] for name in names] == [1814, 4089, 146]
    # WeightNet's authors tell 41, 139, 301 and 562 M.
    widths = ("x0_5", "x1_0", "x1_5", "x2_0")
    assert [millions["WeightNet", f"shufflenet_v2_{width}"] for width in widths] == [41, 139, 301, 561]
    # Radosavovic et al., Designing Network Design Spaces, table of ResNets: 11.1 M activations.
    assert round(costs["Models", "resnet50"]["activations"] / 1e6, 1) == 11.1
