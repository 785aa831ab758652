"""Where pages find the settings of the keypoint models."""

from zoo.keypoints.simple_baseline import cfg

__all__ = ["cfg"]
