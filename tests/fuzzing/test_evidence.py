"""Whatever a folder of evidence holds, the site is built, and shows nothing of it as markup or as run that was not."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzzing.evidence import PAGE_ID, SOURCE, changed, honest_files, travel
from tests.pages import read

FILES = honest_files(read(SOURCE, f"{PAGE_ID}.md"))


def test_what_a_verifier_leaves_is_shown(tmp_path: Path) -> None:
    """Nobody has changed anything."""
    travel(FILES, tmp_path / "hub")


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(number=st.integers(0, 10**9), name=st.sampled_from(sorted(FILES)))
def test_evidence_is_shown_or_counts_for_nothing(number: int, name: str) -> None:
    """Of runs, histories and look-ups with values that no verifier writes."""
    files = {**FILES, name: changed(FILES[name], Random(number))}
    with TemporaryDirectory() as folder:
        travel(files, Path(folder) / "hub")
