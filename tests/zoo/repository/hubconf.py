"""What megengine.hub finds here: every entry of every family, and the classes that pages use besides."""

import official.multimodal.clip
import official.nlp.bert.model
import official.nlp.bert.tokenization
import official.vision.detection.configs
import official.vision.keypoints.models.simplebaseline  # noqa: F401 (pages import these once a model is loaded)
from zoo.classification import resnet, shufflenet
from zoo.classification.resnet import ResNet
from zoo.detection import atss, faster_rcnn, fcos, free_anchor, retina_net
from zoo.detection.atss import ATSS
from zoo.detection.evaluator import DetEvaluator
from zoo.detection.faster_rcnn import FasterRCNN
from zoo.detection.fcos import FCOS
from zoo.detection.free_anchor import FreeAnchor
from zoo.detection.retina_net import RetinaNet
from zoo.keypoints import simple_baseline
from zoo.keypoints.evaluator import KeypointEvaluator
from zoo.multimodal import biggan, clip, dvae, vqgan
from zoo.multimodal.biggan import BigGAN
from zoo.multimodal.clip import ClipInferenceUtils
from zoo.multimodal.dvae import OpenAIDiscreteVAE
from zoo.multimodal.vqgan import Reconstruction
from zoo.nlp import bert
from zoo.quantization import resnet as quantized_resnet
from zoo.segmentation import deeplab
from zoo.segmentation.deeplab import DeepLabV3Plus

__all__ = [
    "ATSS",
    "FCOS",
    "BigGAN",
    "ClipInferenceUtils",
    "DeepLabV3Plus",
    "DetEvaluator",
    "FasterRCNN",
    "FreeAnchor",
    "KeypointEvaluator",
    "OpenAIDiscreteVAE",
    "Reconstruction",
    "ResNet",
    "RetinaNet",
]

# A family is a module with a table ENTRIES; a new one takes its file and its name here.
for _family in (
    atss,
    bert,
    biggan,
    clip,
    deeplab,
    dvae,
    faster_rcnn,
    fcos,
    free_anchor,
    quantized_resnet,
    resnet,
    retina_net,
    shufflenet,
    simple_baseline,
    vqgan,
):
    globals().update(_family.ENTRIES)
    __all__ += list(_family.ENTRIES)
