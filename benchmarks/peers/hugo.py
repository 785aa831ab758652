"""Hugo, with the layouts that a card needs, and Pagefind's program over its site for the search."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import CorpusPage
from benchmarks.peers.pagefind import pages_of_index
from benchmarks.peers.tool import FRAME, Tool, peer_program, write

# No feeds and no sitemap: hubpages makes none either for a hub without an address.
_CONFIG = """\
baseURL = "/"
title = "Hub"
defaultContentLanguage = "zh"
defaultContentLanguageInSubdir = true
disableKinds = ["rss", "sitemap", "robotstxt"]

[languages.zh]
label = "中文"
weight = 1

[languages.en]
label = "English"
weight = 2

[taxonomies]
tag = "tags"

[markup.highlight]
noClasses = false
"""

_BASE = """\
<!doctype html>
<html lang="{{ .Site.Language.Lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }}</title>
{{ range .AllTranslations }}
<link rel="alternate" hreflang="{{ .Language.Lang }}" href="{{ .RelPermalink }}">
{{ end }}</head>
<body>
<nav><a href="{{ .Site.Home.RelPermalink }}">{{ .Site.Title }}</a>
{{ range .Translations }}
<a href="{{ .RelPermalink }}" hreflang="{{ .Language.Lang }}">{{ .Language.Label }}</a>
{{ end }}</nav>
<main>{{ block "main" . }}{{ end }}</main>
<p>FRAME</p>
</body>
</html>
""".replace("FRAME", FRAME)

_CARD = """\
{{ define "main" }}<article data-pagefind-body>
<h1>{{ .Title }}</h1>
<p>{{ .Params.summary }}</p>
<ul>{{ range .GetTerms "tags" }}<li data-pagefind-filter="tag"><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}</ul>
{{ .TableOfContents }}
{{ .Content }}
</article>{{ end }}
"""

_LIST = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .RegularPagesRecursive }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Params.summary }}</li>
{{ end }}{{ range .Data.Terms }}<li><a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a></li>
{{ end }}</ul>{{ end }}
"""


class Hugo(Tool):
    """The peer that the others are compared with."""

    name = "hugo"
    title = "Hugo"
    distribution = "hugo"
    out = "public"
    caches = ("resources", "cache", ".hugo_build.lock")
    template = "layouts/baseof.html"

    def plant(self, tree: Path, pages: Sequence[CorpusPage], search: bool) -> None:
        """One file a language; its name says which."""
        write(tree / "hugo.toml", _CONFIG)
        write(tree / self.template, _BASE)
        write(tree / "layouts" / "page.html", _CARD)
        for name in ("home", "section", "taxonomy", "term"):
            write(tree / "layouts" / f"{name}.html", _LIST)
        for page in pages:
            tags = ", ".join(page.tags)
            for language, body in page.bodies.items():
                head = f'title: {page.title}\nsummary: "{page.summaries[language]}"\ntags: [{tags}]\n'
                write(tree / "content" / "models" / f"{page.id}.{language}.md", f"---\n{head}---\n\n{body}")

    def commands(self, tree: Path, search: bool) -> list[list[str]]:
        """Its own binary, not the script that announces it."""
        build = [peer_program("hugo", "binaries", "hugo"), "--cacheDir", str(tree / "cache")]
        index = [peer_program("pagefind_bin_extended", "pagefind_extended"), "--site", self.out, "--quiet"]
        return [build, index] if search else [build]

    def source(self, tree: Path, page: CorpusPage) -> Path:
        """The English one."""
        return tree / "content" / "models" / f"{page.id}.en.md"

    def card(self, tree: Path, page: CorpusPage, language: str) -> Path:
        """In its language's folder."""
        return tree / self.out / language / "models" / page.id / "index.html"

    def searchable(self, tree: Path) -> int:
        """As Pagefind counts them."""
        return pages_of_index(tree / self.out)
