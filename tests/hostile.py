"""Texts that people, spreadsheets and attackers write and that pages and stores stumble over.

Written for this project, a few of every kind that trust asks about; no foreign list is copied.
"""

MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script></svg>",
    "<body onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<details open ontoggle=alert(1)>x</details>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "</template></dialog></textarea></title></style></noscript><b onclick=alert(1)>x</b>",
    "</textarea><input autofocus onfocus=alert(1)>",
    "</div></section></main><main id=main>another page",
    "<!-- a comment --><!--> x -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hosts'>]><x>&e;</x>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{display:none}</style>",
    "<plaintext>",
    "<mark data-number=9>not a mark</mark>",
    "&lt;script&gt; &amp;amp; &#60; &#x3c; &NotAReference; &nbsp",
    "<<<>>> < > & ' \" ` / \\ =",
    "<" * 300,
    "<a" + " a" * 300,
)
ATTRIBUTES = (
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    '"><script>alert(1)</script>',
    "x onfocus=alert(1) autofocus",
    '" data-theme="other" data-start="0',
    "javascript:alert(1)",
    "\tjava\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
)
TEMPLATES = (
    "{{ 7*7 }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% raw %}{% endraw %}{# #}",
    "{{ config }} ${7*7} #{7*7} <%= 7*7 %>",
    "%s %d %n %x {0} {name!r}",
)
COMMANDS = (
    "'; DROP TABLE readings; --",
    "1' OR '1'='1",
    "$(touch x) `touch x` ; touch x | touch x && touch x",
    '=HYPERLINK("http://evil.example")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "../../../../etc/hosts%00",
    "C:\\CON\\NUL",
    "\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
)
WORDS_FOR_NOTHING = (
    *("undefined", "null", "NULL", "None", "nil", "NaN", "Infinity", "-Infinity", "true", "False"),
    *("0", "-0", "1e308", "1.0000000000000000000000000001", "0x1F", "010", "1:30", "12-34"),
    *("__proto__", "constructor", "hasOwnProperty", "toString", "[object Object]", "[]", "{}"),
)
WHITE = (
    "  two spaces before and after  ",
    "\ttab\tand\t",
    "one\ntwo\n\n\nfive",
    "\nfirst line empty",
    "return\rnewline\r\nboth\n\r",
    "\u00a0no\u00a0break\u2007\u202f",
    "\u2028line\u2029paragraph\u0085next",
    "zero\u200bwidth\u200c\u200d\ufeff",
    "\u3000wide\u1680ogham",
    "soft\u00adhyphen and hyphen\u2010\u2011",
    "word" * 500,
)
CONTROLS = (
    "nul\0nul",
    "bell\a back\b form\f vertical\v escape\x1b[31mred\x1b[0m",
    "".join(map(chr, range(1, 32))),
    "".join(map(chr, range(127, 160))),
    "\ufffe\uffff\U0001ffff\U0010ffff",
    "\ufffd replaced",
    "private \ue000\U000f0000",
)
DIRECTIONS = (
    "مرحبا بالعالم abc שלום",
    "\u202ereversed\u202c",
    "\u2066isolate\u2067other\u2069",
    "invoice\u202etxt.exe",
    "א" * 50 + " 123",
)
LETTERS = (
    "日本語のテキスト、かな混じり",
    "Ελληνικά кириллица ქართული հայերեն",
    "ภาษาไทย ខ្មែរ မြန်မာ",
    "e\u0301 é \u1e9b\u0323 ﬀ ﬁ ǆ",
    "Z\u0351\u036b\u0343a\u0329\u0318l\u0321\u034eg\u0317o\u0329\u0320",
    "İstanbul ıI ß ẞ ŒœÆæ",
    "Ｆｕｌｌ ｗｉｄｔｈ ＜script＞",
    "‘curly’ “quotes” – dash — ellipsis…",
    "½ ² ™ № ℡ ㎏ ﷽",
    "😀 👩\u200d👩\u200d👧\u200d👦 🇬🇧 👍🏽 1\ufe0f\u20e3",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒷𝑜𝓁𝒹 🄰",
    "a\U000e0041\U000e007f tag",
)

HOSTILE = (
    *(*MARKUP, *ATTRIBUTES, *TEMPLATES, *COMMANDS, *WORDS_FOR_NOTHING),
    *(*WHITE, *CONTROLS, *DIRECTIONS, *LETTERS),
)
