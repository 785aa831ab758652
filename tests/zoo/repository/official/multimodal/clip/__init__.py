"""What belongs to CLIP besides its models."""

from official.multimodal.clip.tokenizing import tokenize

__all__ = ["tokenize"]
