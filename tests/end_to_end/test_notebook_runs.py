"""The notebook that readers download, run from top to bottom on a fresh kernel."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from tests.kernels import KERNEL_PYTHON, ROOT
from tests.pages import a_page, read
from tests.rendering.sites import a_site

RESNET = "megengine_vision_resnet"
DIRECTED = """pip install:

```sh
# first
pip install \\
  numpy
apt-get install ffmpeg
```

<!-- verify: hide -->

```python
needed = "from a hidden snippet"
```

<!-- verify: skip reason="needs a camera" -->

```python
raise SystemExit("skipped code was run")
```

<!-- verify: xfail error="NameError" reason="shows an error" -->

```python
nobody
```

```python
print(needed, x)
```
"""


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter's own `python3` is that of the kernel environment."""
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [str(KERNEL_PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))


def executed(notebook: str, folder: Path, **environ: str) -> list[str]:
    """What each cell of code printed on standard output. Raises CellExecutionError where one fails."""
    made = nbformat.reads(notebook, as_version=4)
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "MGE_HOME": str(folder), **environ}
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(folder)}}).execute(env=env)
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    return ["".join(out.get("text", "") for out in cell.outputs if out.get("name") == "stdout") for cell in cells]


@pytest.mark.usefixtures("kernels")
def test_notebook_runs_whatever_its_page_says_of_snippets(tmp_path: Path) -> None:
    """It installs first; hidden code is run, skipped code is there to be read, and an expected error stops nothing."""
    page = read(a_page(zh=DIRECTED, en=DIRECTED))
    notebook = a_site(page)["en/models/tiny/tiny.ipynb"]
    install, *_, last = executed(notebook, tmp_path)
    assert "already satisfied: numpy" in install
    assert last == "from a hidden snippet 1\n"
    first = next(cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code")
    assert first["source"] == ["%pip install numpy"]
    assert "skipped code was run" in notebook


@pytest.mark.usefixtures("kernels")
def test_notebook_of_a_real_page_runs(tmp_path: Path, zoo_root: Path) -> None:
    """With the zoo's small models in place of the published ones."""
    text = (ROOT / "hub_pages" / f"{RESNET}.md").read_text(encoding="utf-8")
    notebook = a_site(read(text, f"{RESNET}.md"))[f"en/models/{RESNET}/{RESNET}.ipynb"]
    with ReplayProxy.start(zoo_root / "hub.lock", Store(zoo_root / ".hub" / "assets"), tmp_path / "host") as host:
        install, _, *others = executed(notebook, tmp_path, **host.environment_for("notebook"))
    assert "MegEngine==1.13.0" in install
    assert others and all(others)
