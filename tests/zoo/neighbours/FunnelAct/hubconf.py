"""What megengine.hub finds here, by relative paths as in the real repository."""

import sys

sys.path.insert(0, "resnet")
sys.path.insert(0, "shufflenetv2")

from resnet import resnet50_frelu  # noqa: F401
from shufflenet_v2 import shufflenet_v2_x0_5  # noqa: F401
