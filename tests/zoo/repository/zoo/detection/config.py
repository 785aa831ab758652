"""What a detector's owner may set, and the table of detector entries."""

from functools import partial

from zoo.entries import entry


class DetectorConfig:
    """The settings of one detector; ``test_nms`` is the overlap above which two boxes of a class are one."""

    def __init__(self, backbone, test_nms=0.5, class_aware_box=False):
        self.backbone = backbone
        self.num_classes = 80
        self.class_aware_box = class_aware_box

        # Blue, green, red: the order of cv2.imread.
        self.img_mean = [103.530, 116.280, 123.675]
        self.img_std = [57.375, 57.120, 58.395]

        self.test_image_short_size = 800
        self.test_image_max_size = 1333
        self.test_cls_threshold = 0.05
        self.test_max_boxes_per_image = 100
        self.test_nms = test_nms


def detector_entries(model_class, family, rows, **settings):
    """Entry functions by name from rows of (backbone, schedule, tail of the weights file's name)."""
    entries = {}
    for backbone, schedule, tail in rows:
        name = f"{family}_{backbone}_coco_{schedule}_800size"
        build = partial(_build, model_class, backbone, settings)
        doc = f"A thin {model_class.__name__} on the {backbone} backbone, as if trained on COCO ({schedule})."
        entries[name] = entry(name, f"{name}_{tail}.pkl", build, doc)
    return entries


def _build(model_class, backbone, settings, **kwargs):
    return model_class(DetectorConfig(backbone, **settings), **kwargs)
