"""Pictures that are not there, found in the code and in what the kernel said of it."""

import pytest

from generator.evidence.unread_pictures import UnreadPicture, unread_picture
from generator.model.clues import Clues, Value
from generator.model.run import Frame, SnippetError
from generator.scripts.planning import plan
from tests.pages import a_page, read

NO_SHAPE = "'NoneType' object has no attribute 'shape'"


def found(*snippets: str, message: str = NO_SHAPE, none: str = "image", missing: str = "") -> UnreadPicture | None:
    """What is found where the last line of the last snippet failed."""
    page = read(a_page(*snippets, en=None))
    (script,) = plan([page])
    line = script.snippets[-1].lines["zh_CN"] + script.snippets[-1].code.rstrip("\n").count("\n")
    values = (Value(none, "builtins.NoneType"), Value("cv2", "builtins.module"))
    frames = (Frame("tiny.md", line, "<module>", values), Frame("hub:/a.py", 1, "f"))
    clues = Clues(not_files=(missing,) if missing else ())
    error = SnippetError("AttributeError", message, {"zh_CN": line}, frames, clues=clues)
    return unread_picture(script, error, [snippet.lines for snippet in script.snippets])


@pytest.mark.parametrize(
    ("above", "is_made"),
    [
        ("", False),
        ("!pip install opencv-python", False),
        ("!wget https://a.example/pictures.zip", True),
        ("download(URL)", True),
        ("urllib.request.urlretrieve(url, 'street.jpg')", True),
        ("urllib.request.urlretrieve('https://a.example/dog.jpg', 'dog.jpg')", False),
        ("for name in ['dog.jpg', 'street.jpg']: fetch(name)", True),
        ("zipfile.ZipFile('pictures.zip').extractall()", True),
        ("cv2.imread('street.jpg')", False),
    ],
)
def test_what_may_be_made_on_the_page_is_told(above: str, is_made: bool) -> None:
    """By its name, or by what can make files of any name."""
    picture = found(f"{above}\nimage = cv2.imread('street.jpg')", "detect(image)")
    assert picture is not None
    assert (picture.file, picture.is_made, picture.is_no_file) == ("street.jpg", is_made, False)
    assert picture.call == "cv2.imread('street.jpg')"


def test_name_of_a_file_may_be_given_above() -> None:
    """Where it is given once; what else is done with the name may be to download it."""
    picture = found("path = 'a.jpg'\nimage = cv2.imread(path)\ndetect(image)", missing="a.jpg")
    assert picture == UnreadPicture("cv2.imread(path)", {"zh_CN": 21}, "a.jpg", is_no_file=True, is_made=False)
    picture = found("path = 'a.jpg'\nfetch(path)\nimage = cv2.imread(path)\ndetect(image)")
    assert picture is not None
    assert picture.is_made
    picture = found("path = 'a.jpg'\npath = 'b.jpg'\nimage = cv2.imread(path)\ndetect(image)")
    assert picture is not None
    assert (picture.file, picture.is_made) == ("", True)


def test_call_of_the_failing_statement_is_believed_only_where_there_is_no_file() -> None:
    """That it gave None is seen by nothing else."""
    assert found("detect(cv2.imread('a.jpg'))", missing="a.jpg") is not None
    assert found("detect(cv2.imread('a.jpg'))", missing="b.jpg") is None
    assert found("detect(cv2.imread('a.jpg'))") is None


@pytest.mark.parametrize(
    "snippet",
    [
        "image = cv2.imread('a.jpg')\nimage = other(image)\ndetect(image)",
        "image = None\ndetect(image)",
        "picture = cv2.imread('a.jpg')\ndetect(picture)",
        "image = cv2.imread('a.jpg')\ndetect(1)",
        "detect(image)\nimage = cv2.imread('a.jpg')\nx",
    ],
)
def test_other_nones_are_left_alone(snippet: str) -> None:
    """Of another origin, of another name, or of no concern to what failed."""
    assert found(snippet) is None


def test_other_errors_are_left_alone() -> None:
    """A picture that is None has not made a name undefined."""
    snippet = "image = cv2.imread('a.jpg')\ndetect(image)"
    assert found(snippet, message="name 'x' is not defined") is None
    assert found(snippet, message="OpenCV(4.10.0) (-215:Assertion failed) !_src.empty() in function 'cvtColor'")
