"""References as authors write them, in BibTeX."""

import re

import pytest

from generator.rendering.citations import Citation
from generator.rendering.markdown import render_markdown
from tests.pages import a_page, read
from tests.rendering.sites import Elements, a_site

FREEANCHOR = (
    "- Xiaosong Zhang, Fang Wan, Qixiang Ye. FreeAnchor: Learning to Match Anchors. NeurIPS 2019."
    " [arXiv:1909.02466](https://arxiv.org/abs/1909.02466)"
)


def cited(item: str, heading: str = "References") -> list[Citation]:
    """What is read of a list of references."""
    return [part for part in render_markdown(f"### {heading}\n\n{item}\n", 1).parts if isinstance(part, Citation)]


def test_reference_becomes_bibtex() -> None:
    """Entry type, key and fields."""
    (citation,) = cited(FREEANCHOR)
    assert citation.bibtex == (
        "@inproceedings{zhang2019freeanchor,\n"
        "  title = {FreeAnchor: Learning to Match Anchors},\n"
        "  author = {Xiaosong Zhang and Fang Wan and Qixiang Ye},\n"
        "  booktitle = {NeurIPS},\n"
        "  year = {2019},\n"
        "  eprint = {1909.02466},\n"
        "  archivePrefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/1909.02466},\n"
        "}\n"
    )


def test_initials_end_no_sentence() -> None:
    """C. Lawrence Zitnick is one author."""
    (citation,) = cited(
        "- Piotr Dollár, C. Lawrence Zitnick. Microsoft COCO. ECCV 2014. [arXiv](https://arxiv.org/abs/1405.0312)"
    )
    assert citation.authors == ("Piotr Dollár", "C. Lawrence Zitnick")
    assert "author = {Piotr Dollár and C. Lawrence Zitnick}" in citation.bibtex


def test_title_may_be_the_link() -> None:
    """As the format's first pages have it."""
    (citation,) = cited(
        "- [Faster R-CNN: Towards Real-Time Detection](https://arxiv.org/pdf/1506.01497.pdf) S. Ren, K. He, and J. Sun."
        " In: Neural Information Processing Systems(NIPS)(2015)."
    )
    assert citation.title == "Faster R-CNN: Towards Real-Time Detection"
    assert citation.authors == ("S. Ren", "K. He", "J. Sun")
    assert (citation.venue, citation.year) == ("Neural Information Processing Systems(NIPS)", "2015")
    assert citation.arxiv == "1506.01497"


def test_preprint_is_misc_and_journal_is_article() -> None:
    """Where it appeared decides."""
    (preprint,) = cited("- An Author, B Author. A Thing. arXiv 2020. [link](https://arxiv.org/abs/2001.00001)")
    assert preprint.bibtex.startswith("@misc{author2020thing,")
    (article,) = cited("- An Author. A Thing. IEEE Transactions on Things 2020. [link](https://doi.org/10.1109/x.1)")
    assert article.bibtex.startswith("@article{author2020thing,")
    assert "doi = {10.1109/x.1}" in article.bibtex


@pytest.mark.parametrize(
    "item",
    [
        "- A blog post without anything else",
        "- [Only a link](https://example.org/)",
        "- Zhang, Wan, Ye. A Thing. NeurIPS 2019. [link](https://example.org/)",
        "- [Title](https://example.org/) Lin, Tsung-Yi and Maire, Michael, et al. ECCV 2014.",
        "- An Author. A Thing. No year. [link](https://example.org/)",
    ],
)
def test_what_cannot_be_told_apart_stays_as_it_is(item: str) -> None:
    """No guess is offered to be cited."""
    assert cited(item) == []


def test_only_a_list_of_references_is_read() -> None:
    """The same line elsewhere is prose."""
    assert cited(FREEANCHOR, "Related work") == []
    assert len(cited(FREEANCHOR, "参考文献")) == 1


def test_what_tex_would_read_as_a_command_is_escaped() -> None:
    """A title cannot end its own field."""
    (citation,) = cited(r"- An Author. 100% of A_B} & \\input{x}. ICML 2020. [link](https://example.org/a_b)")
    (title,) = re.findall(r"  title = \{(.*)\},", citation.bibtex)
    assert title == r"100\% of A\_B \& inputx"


def test_card_folds_the_bibtex_below_its_reference() -> None:
    """In tight and in loose lists alike, and never inside of a paragraph."""
    loose = f"{FREEANCHOR}\n\n- A second"
    for text in (FREEANCHOR, loose):
        html = a_site(read(a_page(zh=f"### 参考文献\n\n{text}", en=None)))["zh/models/tiny/index.html"]
        elements = Elements(html)
        assert elements.unbalanced == []
        assert "@inproceedings{zhang2019freeanchor," in elements.text
        assert not re.search(r"<p>(?:(?!</p>).)*<details", html, re.S)
