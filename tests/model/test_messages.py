"""What a message says where there is no room for it."""

import pytest

from generator.model.messages import abridged, headline

IN_A_WORKER = """Caught ValueError in DataLoader worker process 0.
Original Traceback (most recent call last):
  File "megengine/data/dataloader.py", line 712, in _worker_loop
    data = fetcher(
  File "megengine/data/dataloader.py", line 668, in map_fetcher
    trans_items = transform.apply_batch(items)
  File "megengine/data/transform/vision/transform.py", line 267, in apply_batch
    return super().apply_batch(inputs)
  File "megengine/data/transform/vision/transform.py", line 826, in _apply_image
    return (image - self.mean) / self.std
ValueError: operands could not be broadcast together with shapes (224,19114,256) (3,)
in the second line \n"""
IN_NATIVE_CODE = """assertion `device < nr_gpu' failed at comp_node.cpp:960
extra message: request gpu0 out of valid range [0, 0)

backtrace:
megengine/core/lib/libmegengine_shared.so(_ZN3mgb13MegBrainErrorC1ERKSs+0x4a) [0x7fd77c04686a]
megengine/core/_imperative_rt.cpython-310-x86_64-linux-gnu.so(+0x2bb050) [0x7fd7ed4bb050]
libpython3.10.so.1.0(_PyObject_MakeTpCall+0x8e) [0x7fd8018c207e]
"""


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("as said", "ValueError: as said"),
        ("as said (3,) \n\nand more", "ValueError: as said (3,)"),
        ("\nas said", "ValueError: as said"),
        ("", "ValueError"),
        (
            IN_A_WORKER,
            "ValueError: Caught ValueError in DataLoader worker process 0. … "
            "ValueError: operands could not be broadcast together with shapes (224,19114,256) (3,)",
        ),
        ("Traceback (most recent call last):", "ValueError: Traceback (most recent call last):"),
        (IN_NATIVE_CODE, "ValueError: assertion `device < nr_gpu' failed at comp_node.cpp:960"),
    ],
)
def test_headline(message: str, told: str) -> None:
    """The first line; of a traceback in it also what that ends with."""
    assert headline("ValueError", message) == told


def test_both_ends_of_a_long_message_are_kept() -> None:
    """The last line of a traceback is what it says."""
    lines = abridged(IN_A_WORKER).split("\n")
    assert (len(lines), lines[0], lines[6]) == (12, "Caught ValueError in DataLoader worker process 0.", "…")
    assert lines[-2].startswith("ValueError: operands")
    assert abridged("one\n" * 11) == "one\n" * 10 + "one"


def test_a_stack_of_native_code_is_left_out() -> None:
    """Nobody can follow it, and its addresses are others each time."""
    assert abridged(IN_NATIVE_CODE) == "\n".join(IN_NATIVE_CODE.split("\n")[:2])
    assert abridged(f"{IN_NATIVE_CODE.strip()} (the page expects KeyError)").endswith("expects KeyError)")
