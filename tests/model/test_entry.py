"""Which entry an author may have meant."""

import pytest

from generator.model.entry import nearest_entry, renamed_entries

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


GONE = [
    *("FasterRCNN", "DetEvaluator", "retinanet_res50_coco_1x_800size", "faster_rcnn_res101_coco_3x_800size"),
    *("faster_rcnn_res50_coco_3x_800size", "faster_rcnn_res50_coco_4x_800size", "faster_rcnn_res50_coco_3x_600size"),
    *("faster_rcnn_res50_coco_3x_800size_quantized", "resnet18", "resnet34", "resnext50_32x4d", "resnext50_64x4d"),
    *("shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "mobilenet", "vqgan_imagenet_f16_1024", "vqgan_imagenet_f16_16384"),
    *("openai_discrete_VAE_encoder", "openai_discrete_VAE_decoder", "simplebaseline_res50", "pose_res50_256x192"),
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (
            "faster_rcnn_res50_coco_1x_800size",
            [f"faster_rcnn_res50_coco_{one}" for one in ("3x_800size", "4x_800size", "3x_600size")],
        ),
        (
            "faster_rcnn_res50_coco_5x_800size",
            [f"faster_rcnn_res50_coco_{one}" for one in ("4x_800size", "3x_800size", "3x_600size")],
        ),
        ("faster_rcnn_res101_1x_800size", ["faster_rcnn_res101_coco_3x_800size"]),
        ("retinanet_res50_coco_2x_800size", ["retinanet_res50_coco_1x_800size"]),
        ("retinanet_res101_coco_1x_800size", []),
        ("faster_rcnn", []),
        ("ResNet-18", ["resnet18"]),
        ("resnett18", ["resnet18"]),
        ("resnet50", []),
        ("resnext50", []),
        ("resnext50_48x4d", []),
        ("shufflenetv2_x1.5", ["shufflenet_v2_x1_5"]),
        ("shufflenet_v2_x2_0", []),
        ("detevaluator", []),
        ("faster_rcnn_resnet101_coco_3x_800size", ["faster_rcnn_res101_coco_3x_800size"]),
        ("faster_rcnn_resnet152_coco_3x_800size", []),
        ("resnet18_v0", ["resnet18"]),
        ("resnet_18_v0", ["resnet18"]),
        ("resnet18_v2", []),
        ("resnet50_v0", []),
        ("mobilenet_v2", []),
        ("res2net18", []),
        ("vqgan_imagenet1k_f16_16384", ["vqgan_imagenet_f16_16384"]),
        ("vqgan_ImageNet_1k_f16_1024", ["vqgan_imagenet_f16_1024"]),
        ("vqgan_imagenet22k_f16_1024", []),
        ("vqgan_imagenet1k_f8_1024", []),
        ("openai_discrete_dVAE_encoder", ["openai_discrete_VAE_encoder"]),
        ("openai_dVAE_decoder", ["openai_discrete_VAE_decoder"]),
        ("simplebaseline_res50_256x192", ["simplebaseline_res50"]),
        ("simplebaseline_res101_256x192", []),
        ("pose_res50_384x288", ["pose_res50_256x192"]),
        ("pose_res50", ["pose_res50_256x192"]),
        ("resnext50_320x400", []),
    ],
)
def test_what_came_in_the_place_of_an_entry_is_the_same_model(name: str, meant: list[str]) -> None:
    """A number with a unit may differ, the nearest first; figures of a model's name, its family and classes do not."""
    assert renamed_entries(name, GONE) == meant


def test_of_two_numbers_equally_far_the_larger_is_likelier() -> None:
    """Who asks for a schedule that is gone gets no worse one."""
    assert renamed_entries("net_2x", ["net_1x", "net_3x"]) == ["net_3x", "net_1x"]
