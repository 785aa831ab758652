"""Scripts with another of their sample's entries in place of its own."""

from generator.scripts.planning import plan
from generator.scripts.variants import variants
from tests.pages import a_page, read
from tests.scripts.test_entries import SAMPLE


def test_variant_takes_the_place_of_the_active_line_and_moves_nothing() -> None:
    """Every line of the sample stays where it was, so that a failure is told at the variant's own line."""
    (script,) = plan([read(a_page("print(model)", sample=SAMPLE))])
    small, large = variants(script)
    assert [small.variant, large.variant] == ["resnet34", "resnet50"]
    lines = small.snippets[0].code.splitlines()
    assert lines[1] == '# model = hub.load("megengine/models", "resnet18", pretrained=True)'
    assert lines[3] == 'model = hub.load("megengine/models", "resnet34", pretrained=True)'
    assert large.snippets[0].code.splitlines()[4:9] == [
        "model = hub.load(",
        '    "megengine/models:dev",',
        '    "resnet50",',
        "    pretrained=True,",
        ")",
    ]
    for one in (small, large):
        assert one.snippets[0].code.count("\n") == script.snippets[0].code.count("\n")
        assert one.snippets[1:] == script.snippets[1:]
        compile(one.snippets[0].code, "sample", "exec")
    assert len({script.digest, small.digest, large.digest}) == 3


def test_line_separator_within_a_text_shifts_no_variant() -> None:
    """U+2028 ends a line for some programs, and for neither Python nor the page."""
    (script,) = plan([read(a_page("print(model)", sample=f"text = 'one\u2028two'\n{SAMPLE}"))])
    for one in variants(script):
        lines = one.snippets[0].code.split("\n")
        assert lines[0] == "text = 'one\u2028two'"
        assert lines[2] == '# model = hub.load("megengine/models", "resnet18", pretrained=True)'
        assert one.variant in compile(one.snippets[0].code, "sample", "exec").co_consts


def test_sample_without_an_active_entry_has_no_variants_to_run() -> None:
    """There is no line that one could stand in for."""
    (script,) = plan([read(a_page(sample='# model = hub.load("megengine/models", "resnet34")\nx = 1'))])
    assert variants(script) == ()
