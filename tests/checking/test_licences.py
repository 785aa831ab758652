"""Licence expressions, as SPDX has them."""

import pytest
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from generator.checking.licences import MAX_LENGTH, fault_of, listed
from tests.checking.spdx_list import FILE
from tests.checking.spdx_list import listed as as_packaging_has_it

SOUND = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0+",
    "LicenseRef-OpenRAIL-M",
    "MIT OR Apache-2.0",
    "(MIT OR Apache-2.0) AND BSD-3-Clause",
    "((MIT) AND (ISC OR (0BSD)))",
    "GPL-2.0-or-later WITH Classpath-exception-2.0 OR MIT",
]
UNSOUND = [
    "MIT Apache-2.0",
    "MIT OR",
    "OR MIT",
    "MIT AND AND ISC",
    "(MIT OR ISC",
    "MIT OR ISC)",
    "()",
    "MIT (ISC)",
    "MIT WITH",
    "MIT WITH MIT",
    "(MIT) WITH Classpath-exception-2.0",
    "WITH Classpath-exception-2.0",
    "Classpath-exception-2.0",
    "LicenseRef-",
    "LicenseRef-a_b",
    "",
    " ",
]


def test_list_is_that_of_spdx() -> None:
    """`python -m tests.checking.spdx_list` writes it anew."""
    assert FILE.read_text(encoding="utf-8") == as_packaging_has_it()
    assert len(listed().licenses) > 600


@pytest.mark.parametrize("expression", SOUND)
def test_sound_expression_has_no_fault(expression: str) -> None:
    """As another reader of such expressions says."""
    assert fault_of(expression) is None
    assert canonicalize_license_expression(expression) == expression


@pytest.mark.parametrize("expression", UNSOUND)
def test_unsound_expression_has_a_fault_that_no_fix_mends(expression: str) -> None:
    """What it means is a person's to say."""
    with pytest.raises(InvalidLicenseExpression):
        canonicalize_license_expression(expression)
    fault = fault_of(expression)
    assert fault is not None
    assert fault.instead == ""


def test_every_listed_licence_is_known_as_it_is_written_and_in_other_letters() -> None:
    """The one is sound, the other can be mended."""
    for name in listed().licenses:
        assert fault_of(name) is None
        other = name.lower() if name != name.lower() else name.upper()
        assert (fault := fault_of(other)) is not None, other
        assert fault.instead == name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("the MIT licence", "MIT"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        ("cc by-nc 4.0", "CC-BY-NC-4.0"),
        ("GPL-3.0+", "GPL-3.0-or-later"),
        ("mit and (isc or apache-2.0)", "MIT AND (ISC OR Apache-2.0)"),
    ],
)
def test_other_ways_to_write_a_licence_mean_it(written: str, meant: str) -> None:
    """Where they can mean no other."""
    fault = fault_of(written)
    assert fault is not None
    assert fault.instead == meant
    assert fault_of(meant) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Apcahe-2.0", "did you mean Apache-2.0?"),
        ("GPL-3.0", "write GPL-3.0-only or GPL-3.0-or-later"),
        ("GPLv3", "write GPL-3.0-only or GPL-3.0-or-later"),
        ("CC0", "say which, such as CC0-1.0"),
        ("openrail", "write LicenseRef-openrail"),
        ("CreativeML Open RAIL-M", "write LicenseRef-CreativeML-Open-RAIL-M"),
        ("许可证", "write LicenseRef-NAME"),
        ("GPL-2.0-only WITH Classpath-exeption-2.0", "did you mean Classpath-exception-2.0?"),
    ],
)
def test_unknown_licence_is_told_with_the_nearest(written: str, said: str) -> None:
    """Or with what to write for one that SPDX does not list."""
    fault = fault_of(written)
    assert fault is not None
    assert said in fault.message
    assert fault.instead == ""


@pytest.mark.parametrize("unit", ["(", "MIT AND ", "a", "LicenseRef-", "+", "WITH ", "MIT)"])
def test_long_expression_is_not_looked_at(unit: str) -> None:
    """It is no name of a licence."""
    fault = fault_of(unit * (MAX_LENGTH + 1))
    assert fault is not None
    assert "at most 200 characters" in fault.message
