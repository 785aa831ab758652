"""What an author is told to do about failures."""

import pytest

from generator.mending.advice import advice
from generator.model.clues import Clues, Value
from tests.mending.runs import a_failure
from tests.pages import a_page, read

NO_KEYWORD = "f() got an unexpected keyword argument 'pretrain'"


@pytest.mark.parametrize(
    ("call", "accepted", "told"),
    [
        ("f(pretrain=True)", ("blocks", "pretrained"), "nothing takes pretrain= here: did you mean pretrained=?"),
        ("f(pretrained=True, pretrain=True)", ("blocks", "pretrained"), "leave it out; taken are blocks"),
        ("f(pretrain=True)", ("blocks",), "leave it out; taken are blocks"),
        ("f(pretrain=True)", (), "nothing takes pretrain= here: leave it out"),
    ],
)
def test_keyword_that_nothing_takes(call: str, accepted: tuple[str, ...], told: str) -> None:
    """The nearest that is taken and not given yet, else all of them."""
    page = read(a_page(call))
    failure = a_failure(page, call, "TypeError", NO_KEYWORD, clues=Clues(keyword="pretrain", accepted=accepted))
    assert advice(failure).endswith(told)


def test_keyword_of_upstreams_own_call_is_no_matter_of_the_page() -> None:
    """The kernel says which it is."""
    page = read(a_page("f(pretrain=True)"))
    assert advice(a_failure(page, "f(pre", "TypeError", NO_KEYWORD, clues=Clues())) == ""


def test_keyword_of_a_tensor_is_named() -> None:
    """MegEngine only says that an index is out of range."""
    for call, told in [
        ('mge.tensor(x, dtype="float32", requires_grad=False)', "tensor() does not take requires_grad=: leave it out"),
        ("mge.tensor(x)", ""),
    ]:
        failure = a_failure(read(a_page(call)), call, "IndexError", "tuple assignment index out of range")
        assert advice(failure).partition(";")[0] == told


@pytest.mark.parametrize(
    ("error", "message", "told"),
    [
        ("SIGABRT", "qt.qpa.xcb: could not connect to display", "there is no display"),
        (
            "error",
            "not implemented. Rebuild the library with Windows, GTK+ 2.x",
            "this OpenCV has none",
        ),
        ("SIGABRT", "the kernel was killed by SIGABRT", ""),
        ("StdinNotImplementedError", "raw_input was called", 'verify: skip reason="…" -->'),
        ("SystemExit", "2", ""),
    ],
)
def test_what_no_kernel_has(error: str, message: str, told: str) -> None:
    """A display and a reader; of other deaths nothing is known."""
    page = read(a_page("show(x)"))
    found = advice(a_failure(page, "show(x)", error, message))
    assert told in found
    assert bool(found) == bool(told)


def test_picture_that_may_come_from_a_download_is_only_named() -> None:
    """What became of the download is not known."""
    values = {"image": Value("image", "builtins.NoneType")}
    for above, told in [("download(URL)\n", "can read"), ("", "download it above that line")]:
        page = read(a_page(f'{above}image = cv2.imread("a.jpg")\nprint(image.shape)'))
        failure = a_failure(page, "image.shape", "AttributeError", "'NoneType' object has", values)
        assert advice(failure).startswith('cv2.imread("a.jpg") on line ')
        assert advice(failure).endswith(told)
