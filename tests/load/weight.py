"""What a first visit of a page costs a phone: the page itself and every file it names."""

import gzip
import re
from urllib.parse import urljoin

import brotli

from tests.load.web import Browser

FILES = re.compile(rb"""<(?:link|script|img|source)\b[^>]*?(?:href|src|srcset)="(/[^"\s]+)""")
INSIDE_CSS = re.compile(rb"""url\(\s*["']?([^"')]+)["']?\s*\)""")


def of_page(browser: Browser, path: str) -> dict[str, float]:
    """Kilobytes by kind, as sent to a browser that takes brotli; styles and scripts in gzip too."""
    page = browser.get(path)
    body = re.sub(rb"<link[^>]+(?:canonical|alternate)[^>]*>", b"", page.body)
    sizes = {"html_plain": len(page.body), "html": len(brotli.compress(page.body, quality=5))}
    waiting = [found.decode() for found in FILES.findall(body)]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        sent = browser.get(address, **{"Accept-Encoding": "br, gzip"})
        plain = browser.get(address).body
        kind = _kind(address)
        sizes[kind] = sizes.get(kind, 0) + len(sent.body)
        sizes[f"{kind}_gzip"] = sizes.get(f"{kind}_gzip", 0) + len(gzip.compress(plain, 6))
        if kind == "css":
            waiting += [
                urljoin(address, inner.decode())
                for inner in INSIDE_CSS.findall(plain)
                if not inner.startswith((b"data:", b"#"))
            ]
    shown = {name: round(size / 1000, 1) for name, size in sizes.items()}
    shown["requests"] = 1 + len(seen)
    shown["whole"] = round(
        sum(sizes.get(name, 0) for name in ("html", "css", "js", "image", "font")) / 1000, 1
    )
    return shown


def _kind(address: str) -> str:
    ending = address.partition("?")[0].rpartition(".")[2]
    return {"css": "css", "js": "js", "woff2": "font"}.get(ending, "image")
