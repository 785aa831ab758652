"""Every name that the zoo exports, by family."""

FAMILIES = ("atss", "faster_rcnn", "fcos", "freeanchor", "retinanet")
BACKBONES = ("res18_coco_3x", "res34_coco_3x", "res50_coco_3x", "res101_coco_3x", "resx101_coco_2x")
DETECTORS = {f"{family}_{backbone}_800size" for family in FAMILIES for backbone in BACKBONES} | {
    "faster_rcnn_res50_coco_1x_800size",
    "freeanchor_res50_coco_1x_800size",
}
ENGLISH = {f"{case}_{size}" for case in ("cased", "uncased") for size in ("L_12_H_768_A_12", "L_24_H_1024_A_16")}
BERTS = ENGLISH | {
    "chinese_L_12_H_768_A_12",
    "multi_cased_L_12_H_768_A_12",
    "wwm_cased_L_24_H_1024_A_16",
    "wwm_uncased_L_24_H_1024_A_16",
}
CLIPS = {"rn50", "rn101", "rn50x4", "rn50x16", "rn50x64", "vit_b_32", "vit_b_16", "vit_l_14", "vit_l_14_336px"}
AUTOENCODERS = {"vqgan_imagenet_f16_1024", "vqgan_imagenet_f16_16384", "vqgan_gumbel_f8"}
HALVES = {"openai_discrete_VAE_encoder", "openai_discrete_VAE_decoder"}
GANS = {"biggan_128", "biggan_256", "biggan_512"}
RESNETS = {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d"}
SHUFFLENETS = {"shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0"}
SEGMENTERS = {"deeplabv3plus_res101_cityscapes_768size", "deeplabv3plus_res101_voc_512size"}
KEYPOINTS = {"simplebaseline_res50", "simplebaseline_res101", "simplebaseline_res152"}
QUANTIZED = {"quantized_resnet18"}
OTHERS = RESNETS | SHUFFLENETS | SEGMENTERS | KEYPOINTS | QUANTIZED
# Of other repositories than megengine/models.
NEIGHBOURS = {
    "megvii-model/FunnelAct": {"resnet50_frelu", "shufflenet_v2_x0_5"},
    "megvii-model/WeightNet": SHUFFLENETS,
}
# Loaded only where there is a GPU, and not in the zoo: verified on one, their pages need the real repository.
ON_GPU = {
    "celebahq_transformer",
    "coco_512_16_16d_16h_80tsl",
    "drin_transformer",
    "s_flckr_transformer",
    "vqgan_vae_1024",
}
ENTRIES = OTHERS | DETECTORS | BERTS | CLIPS | AUTOENCODERS | HALVES | GANS
CLASSES = {
    "ATSS",
    "BigGAN",
    "ClipInferenceUtils",
    "DeepLabV3Plus",
    "DetEvaluator",
    "FCOS",
    "FasterRCNN",
    "FreeAnchor",
    "KeypointEvaluator",
    "OpenAIDiscreteVAE",
    "Reconstruction",
    "ResNet",
    "RetinaNet",
}
