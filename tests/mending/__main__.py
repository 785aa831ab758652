"""Record the runs that fail of cases that have none yet: `python -m tests.mending`, after writing `before.md`.

With names of cases (missing-import/elsewhere) these are recorded anew.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.kernels import hubpages
from tests.mending.conftest import CASE_NAMES, Case, make_hub


def record(names: list[str]) -> None:
    """Verify the pages of these cases and write what came of each beside it."""
    with TemporaryDirectory() as folder:
        root = make_hub(Path(folder))
        cases = {Case(name).page: Case(name) for name in names}
        for page, case in cases.items():
            (root / "hub_pages" / f"{page}.md").write_text(case.before, encoding="utf-8")
        called = hubpages("-C", root, "verify", "--assets", "replay", "--variants", "none", "--format", "json")
        # Of languages that do not say the same, the first one fails first.
        for run in reversed(called.json["runs"]):
            case = cases[run["page"]]
            del run["extent"]
            run["environment"]["packages"] = {}
            run["path"] = f"{run['page']}.md"
            if run["verdict"] != "failed":
                print(f"{case.name} does not fail: {run['verdict']}")
                continue
            (case.folder / "run.json").write_text(
                json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
            print(f"{case.name}: {run['reason']}")


if __name__ == "__main__":
    record(sys.argv[1:] or [name for name in CASE_NAMES if not (Case(name).folder / "run.json").exists()])
