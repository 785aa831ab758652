"""Models of repositories, each by the name of a function in its hubconf.py."""

import importlib.util
import io
import os
import urllib.request
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy


def module_of(repository: str) -> ModuleType:
    """The hubconf.py of owner/name, downloaded once."""
    folder = Path(os.environ["TINYNET_HOME"]) / "hub" / repository.replace("/", "_")
    if not folder.exists():
        data = urllib.request.urlopen(f"https://github.com/{repository}/archive/refs/heads/trunk.zip").read()
        zipfile.ZipFile(io.BytesIO(data)).extractall(folder)
    (path,) = folder.glob("*/hubconf.py")
    spec = importlib.util.spec_from_file_location("hubconf", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(repository: str, name: str, trained: bool = True) -> Any:
    """A model, with its published weights unless it shall have random ones."""
    function = getattr(module_of(repository), name)
    model = function()
    if trained:
        model.weight = numpy.load(io.BytesIO(urllib.request.urlopen(function.weights).read()))
    return model
