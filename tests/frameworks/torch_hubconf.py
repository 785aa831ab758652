"""The repository owner/nets: entries that get their weights in the ways in which public ones do."""

import sys

import torch
from torch.hub import load_state_dict_from_url

dependencies = ["torch"]
WEIGHTS = "https://weights.example.org"


def net(pretrained=False, width=3):
    """From a URL; how wide it is, is said by whoever calls it."""
    model = torch.nn.Linear(width, 4)
    if pretrained:
        model.load_state_dict(load_state_dict_from_url(f"{WEIGHTS}/net{width}.pth"))
    return model


def checked():
    """What is downloaded has to have the digest that is in its name."""
    model = torch.nn.Linear(2, 2)
    model.load_state_dict(load_state_dict_from_url(f"{WEIGHTS}/checked-0123456789abcdef.pth", check_hash=True))
    return model


def wrapped():
    """A checkpoint with more in it, of a model that was trained in parallel."""
    model = torch.nn.Linear(2, 5)
    state = load_state_dict_from_url(f"{WEIGHTS}/wrapped.pth")["state_dict"]
    model.load_state_dict({name.replace("module.", ""): value for name, value in state.items()})
    return model


def two():
    """A backbone, and a file that it downloads itself."""
    backbone, head = net(pretrained=True), torch.nn.Linear(4, 1)
    torch.hub.download_url_to_file(f"{WEIGHTS}/head.pth", "head.pth")
    head.load_state_dict(torch.load("head.pth", map_location="cpu"))
    return torch.nn.Sequential(backbone, head)


def scripted():
    """Its code is in its weights."""
    torch.hub.download_url_to_file(f"{WEIGHTS}/scripted.pt", "scripted.pt")
    return torch.jit.load("scripted.pt")


def fails_late():
    """After its backbone is loaded."""
    net(pretrained=True)
    return torch.no_such_function()


def ends():
    """Leaves without a word where a file of the page's is missing."""
    sys.exit(0)
