"""What megengine.hub finds here."""

from shufflenet_v2 import (  # noqa: F401
    shufflenet_v2_x0_5,
    shufflenet_v2_x1_0,
    shufflenet_v2_x1_5,
    shufflenet_v2_x2_0,
)
