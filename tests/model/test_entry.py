"""Which entry an author may have meant."""

import pytest

from generator.model.entry import nearest_entry

ENTRIES = [
    "BasicBlock",
    "ResNet",
    "faster_rcnn_res50_coco_3x_800size",
    "faster_rcnn_res101_coco_3x_800size",
    "resnet18",
    "resnet34",
    "resnet101",
    "resnext50_32x4d",
    "shufflenet_v2_x1_0",
    "shufflenet_v2_x1_5",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("resnet_18", "resnet18"),
        ("ResNet18", "resnet18"),
        ("ResNet-18", "resnet18"),
        ("resnet-101", "resnet101"),
        ("resnett18", "resnet18"),
        ("resnext_50_32x4d", "resnext50_32x4d"),
        ("faster-rcnn-res50-coco-3x-800size", "faster_rcnn_res50_coco_3x_800size"),
        ("faster_rcnn_res50_3x_800size", "faster_rcnn_res50_coco_3x_800size"),
        ("shufflenetv2_x1.5", "shufflenet_v2_x1_5"),
        ("resnet", "ResNet"),
        ("yolo", None),
        ("_", None),
        ("模型", None),
    ],
)
def test_nearest_entry_is_alike_but_for_case_and_separators(name: str, meant: str | None) -> None:
    """Part by part; a class that hubconf.py happens to export is not nearer than the entry with the same figure."""
    assert nearest_entry(name, ENTRIES) == meant
