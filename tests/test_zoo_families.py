"""The zoo's classifiers, segmenters, keypoint models and integer network: results and traps of their namesakes."""

from pathlib import Path
from typing import Any

import pytest

from tests.zoo.offline import home_of, last_line, run_in_kernel

START = """
import cv2, numpy as np, megengine as mge
from megengine import functional as F, hub

MEAN, STD = np.array([103.53, 116.28, 123.675]), np.array([57.375, 57.12, 58.395])

def load(entry, **kwargs):
    model = hub.load("megengine/models", entry, **kwargs)
    model.eval()
    return model

def zeros(*shape):
    return mge.tensor(np.zeros(shape, "float32"))

def raised(call):
    try:
        return list(call().shape)
    except Exception as error:
        return type(error).__name__

urllib.request.urlretrieve("https://data.megengine.org.cn/images/cat.jpg", "cat.jpg")
picture = cv2.imread("cat.jpg")
"""


@pytest.fixture(scope="module")
def places(zoo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A hub root that replays the zoo, and an MGE_HOME in which all weights are cached."""
    return zoo_root, home_of(zoo_root, tmp_path_factory.mktemp("home"))


def see(code: str, places: tuple[Path, Path]) -> Any:
    """What code prints last, from JSON."""
    return last_line(run_in_kernel(START + code, *places))


def test_classifiers_see_224_pixels_and_nothing_else(places: tuple[Path, Path]) -> None:
    """Other sizes end as they do with the real networks: in an error, or in rows that belong to no picture."""
    code = """
models = [load("resnet50", pretrained=True), load("shufflenet_v2_x2_0", pretrained=True)]
print(json.dumps([
    [raised(lambda: model(zeros(2, 3, side, side))) for side in (224, 256, 192, 448)]
    + [raised(lambda: model(np.zeros((2, 3, 224, 224), "float32")))]
    for model in models
]))
"""
    fine = [2, 1000]
    assert see(code, places) == [
        [fine, fine, "RuntimeError", "RuntimeError", "TypeError"],
        [fine, fine, "RuntimeError", [8, 1000], "TypeError"],
    ]


def test_resnet_has_features_of_five_stages(places: tuple[Path, Path]) -> None:
    """Their names and sizes are those of the real network."""
    code = """
features = load("resnet18").extract_features(zeros(1, 3, 224, 224))
print(json.dumps([[name, *feature.shape[2:]] for name, feature in features.items()]))
"""
    assert see(code, places) == [["stem", 56, 56], ["res2", 56, 56], ["res3", 28, 28], ["res4", 14, 14], ["res5", 7, 7]]


def test_weights_and_another_number_of_classes_exclude_each_other(places: tuple[Path, Path]) -> None:
    """Loading is strict; without weights the number is free."""
    code = """
print(json.dumps([
    raised(lambda: load(entry, num_classes=10, pretrained=pretrained)(zeros(1, 3, 224, 224)))
    for entry in ("resnet18", "shufflenet_v2_x0_5") for pretrained in (False, True)
]))
"""
    assert see(code, places) == [[1, 10], "ValueError", [1, 10], "ValueError"]


def test_segmenter_finds_the_cat_and_keeps_the_size(places: tuple[Path, Path]) -> None:
    """Every pixel of a picture of any size gets logits; the cat's middle is a cat and the wall is background."""
    code = """
model = load("deeplabv3plus_res101_voc_512size", pretrained=True)
image = ((picture - MEAN) / STD).transpose(2, 0, 1).astype("float32")
logits = model(F.expand_dims(mge.tensor(image), 0)).numpy()
labels = logits[0].argmax(0)
street = load("deeplabv3plus_res101_cityscapes_768size", pretrained=True)
print(json.dumps([
    list(logits.shape), int(labels[440, 257]), int(labels[20, 20]), list(street(zeros(2, 3, 63, 130)).shape),
    [street.cfg.val_height, street.cfg.val_width],
]))
"""
    assert see(code, places) == [[1, 21, 612, 459], 8, 0, [2, 19, 63, 130], [1024, 2048]]


def test_integer_network_is_blind_until_its_activations_are_calibrated(places: tuple[Path, Path]) -> None:
    """Its steps are not among the weights, so two pictures look the same to it; weights are int8; it cannot train."""
    code = """
from megengine.core.tensor.dtype import qint8
model = load("quantized_resnet18", pretrained=True)
batch = mge.tensor(np.random.RandomState(0).randint(-128, 128, (2, 3, 224, 224)).astype("float32"))
logits = model(batch).numpy()
weight = model.conv_bn_relu1.weight.numpy()
before = np.abs(logits[0] - logits[1]).max()
for layer in model.modules():
    if hasattr(layer, "output_dtype"):
        layer.output_dtype = qint8(0.25)
logits = model(batch).numpy()
after = np.abs(logits[0] - logits[1]).max()
model.train()
print(json.dumps([
    list(logits.shape), bool(before < 1e-3), bool(after > 0.1), str(weight.dtype), int(np.abs(weight).max()) > 100,
    raised(lambda: model(batch)),
]))
"""
    assert see(code, places) == [[2, 1000], True, True, "int8", True, "ValueError"]


def test_keypoints_lie_in_the_box_and_skeletons_on_a_copy(places: tuple[Path, Path]) -> None:
    """Heatmaps have a quarter of the size; each box gets 17 joints, within it or its margin, with a score above 1."""
    code = """
mge.config.async_level = 0
model = load("simplebaseline_res50", pretrained=True)
detector = load("faster_rcnn_res18_coco_3x_800size", pretrained=True)
api = hub.import_module("megengine/models", git_host="github.com")
evaluator = api.KeypointEvaluator(detector, model)
persons = evaluator.detect_persons(picture)
boxes = np.array([[100.0, 100.0, 220.0, 340.0, 0.9], [0, 0, 459, 612, 0.5]])
first, second = evaluator.predict(picture, boxes)
before = picture.copy()
drawn = evaluator.vis_skeletons(picture, [first, second])
print(json.dumps([
    list(model(zeros(2, 3, 256, 192)).shape), persons.shape[1], [list(first.shape), str(first.dtype)],
    bool((first[:, :2] > [60, 80]).all() and (first[:, :2] < [260, 360]).all()), bool((second[:, 2] > 1).all()),
    bool((picture == before).all()), bool((drawn != before).any()),
]))
"""
    assert see(code, places) == [[2, 17, 64, 48], 5, [[17, 3], "float32"], True, True, True, True]


def test_keypoint_models_need_no_weights_of_their_backbone_once_told(places: tuple[Path, Path]) -> None:
    """Unless the setting that pages import is off, building one asks for a file besides its own."""
    code = """
hub.import_module("megengine/models", git_host="github.com")
from official.vision.keypoints.models import simplebaseline
import megengine.hub.hub as fetching
asked, fetch = [], fetching.load_serialized_obj_from_url
fetching.load_serialized_obj_from_url = lambda url, *rest: asked.append(url.rsplit("/", 1)[-1]) or fetch(url, *rest)
seen = []
for simplebaseline.cfg.backbone_pretrained in (True, False):
    load("simplebaseline_res50", pretrained=True)
    seen.append(sorted(name.split("_")[0] for name in asked))
    asked.clear()
print(json.dumps(seen))
"""
    assert see(code, places) == [["resnet50", "simplebaseline"], ["simplebaseline"]]


def test_configurations_of_detectors_lie_in_modules_called_like_their_entries(places: tuple[Path, Path]) -> None:
    """Importlib finds them; in the package the name is the entry's, as in the real one. Weights fit what they build."""
    code = """
import importlib
api = hub.import_module("megengine/models", git_host="github.com")
from official.vision.detection import configs
seen = []
for name in %r:
    config = importlib.import_module(f"official.vision.detection.configs.{name}")
    cfg = config.Cfg()
    cfg.backbone_pretrained = False
    model = config.Net(cfg)
    model.load_state_dict(load(name, pretrained=True).state_dict())
    seen.append([cfg.backbone, getattr(configs, name) is config, callable(getattr(configs, name))])
print(json.dumps(seen))
""" % [f"freeanchor_{tail}_800size" for tail in ("res18_coco_3x", "res34_coco_3x", "res101_coco_3x", "resx101_coco_2x")]
    assert see(code, places) == [[backbone, False, True] for backbone in ("res18", "res34", "res101", "resx101")]
