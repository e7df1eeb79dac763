"""Looking at a page in the browser: axe, room at 320 px, targets, focus."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

NARROW, WIDE = 320, 1280
HEIGHT = 800

# The dark mode lives in tokens.css alone and changes colours only, so there
# the rules about colour are the ones that can come out otherwise.
COLOUR = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Off in axe by default, as it came with WCAG 2.2: targets of 24 px.
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}

AXE = """([options, inside]) =>
    axe.run(inside || document, {resultTypes: ['violations'], iframes: false, ...options})
    .then(found => found.violations.map(fault => `${fault.id}: ` + fault.nodes.map(node =>
        `${node.target.join(' ')} (${node.failureSummary.split('\\n').slice(1, 3).join('; ')})`
    ).slice(0, 4).join(' | ')))"""

# Which kinds of things stand on the page, whatever they say.
KINDS = """() => [...new Set([...document.body.querySelectorAll('*')].map(element =>
    `${element.localName}.${element.getAttribute('class') || ''}`
    + `[${element.getAttribute('type') || ''}]`))]"""

# The same of what is folded away, with the place where it hangs.
INSIDE = """element => element.parentElement.className + [...new Set([element,
    ...element.querySelectorAll('*')].map(part => `${part.localName}.${part.className}`))].join()"""

OVERFLOW = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return '';
    const wide = [...document.body.querySelectorAll('*')].filter(element =>
        element.getBoundingClientRect().right > room + 1);
    return `${document.documentElement.scrollWidth} px wide in ${room}: `
        + wide.slice(-3).map(element => element.outerHTML.slice(0, 120)).join(' | ');
}"""

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"

# Whatever takes the focus shows it: on itself, or where it is drawn by its label or box.
FOCUS = """async selector => {
    const rings = element => {
        const style = getComputedStyle(element);
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
            style.borderColor, style.backgroundColor, style.textDecoration].join();
    };
    const near = element => [element, element.parentElement, element.nextElementSibling,
        element.closest('label'), element.closest('.field__box')].filter(Boolean);
    const before = document.activeElement, place = scrollY;
    const faults = [], alike = {};
    for (const element of document.querySelectorAll(selector)) {
        if (!element.checkVisibility({visibilityProperty: true}) || element.disabled
            || element.closest('[aria-hidden=true]')) continue;
        const kind = `${element.parentElement.className} ${element.localName}.${element.className}`;
        alike[kind] = (alike[kind] || 0) + 1;
        if (alike[kind] > 2) continue;
        document.activeElement.blur?.();
        const plain = near(element).map(rings).join(';');
        element.focus({focusVisible: true});
        if (document.activeElement !== element) continue;
        const name = element.outerHTML.slice(0, 100);
        if (near(element).map(rings).join(';') === plain) faults.push(`no focus to see: ${name}`);
        const box = element.getBoundingClientRect();
        if (box.bottom < 0 || box.top > innerHeight) faults.push(`focus out of sight: ${name}`);
    }
    before?.focus?.({preventScroll: true});
    if (before === document.body) document.activeElement.blur?.();
    scrollTo(0, place);
    return faults;
}"""

# Links within a sentence are exempt, as in WCAG; axe has the last word on 24 px.
SMALL = """selector => [...document.querySelectorAll(selector)].filter(element => {
    const box = (element.closest('label') || element).getBoundingClientRect();
    const inSentence = element.localName === 'a'
        && getComputedStyle(element).display === 'inline';
    return element.checkVisibility() && !inSentence && box.width > 2
        && Math.min(box.width, box.height) < 43.5 && !element.closest('[aria-hidden=true]');
}).map(element => {
    const box = (element.closest('label') || element).getBoundingClientRect();
    return `${Math.round(box.width)}×${Math.round(box.height)} `
        + `${element.localName}.${element.className}`;
})"""


def kinds(page: Page) -> set[str]:
    """What a page is made of: where nothing is new, axe has nothing new to say."""
    return set(page.evaluate(KINDS))


def overflow(page: Page) -> list[str]:
    """Anything that makes the page scroll sideways."""
    wide = page.evaluate(OVERFLOW)
    return [f"scrolls sideways: {wide}"] if wide else []


def thoroughly(page: Page, opened: set[str]) -> list[str]:
    """What axe finds at both widths in both modes, and whether focus is seen; put back after.

    `opened` keeps what was unfolded already: the menus in the header are the
    same on every page.
    """
    before = page.viewport_size
    page.evaluate(AXE_SCRIPT)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for mode in ("dark", "light"):
            page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
            options = EVERYTHING if mode == "light" else COLOUR
            found += [f"axe, {width} px, {mode}: {fault}" for fault in _axe(page, options)]
    found += overflow(page)
    found += _opened(page, opened)
    found += page.evaluate(FOCUS, FOCUSABLE)
    if before:
        page.set_viewport_size(before)
    return found


def small_targets(page: Page) -> list[str]:
    """What is smaller than the 44 px that we aim for."""
    return list(page.evaluate(SMALL, FOCUSABLE))


def _axe(page: Page, options: dict[str, Any], inside: str = "") -> list[str]:
    return list(page.evaluate(AXE, [options, inside]))


def _opened(page: Page, known: set[str]) -> list[str]:
    """What is folded away: opened one by one, looked at, closed again."""
    found: list[str] = []
    for details in page.query_selector_all("details:not([open])"):
        make_up = details.evaluate(f"element => ({INSIDE})(element)")
        if make_up in known or not details.is_visible():
            continue
        known.add(make_up)
        details.evaluate("element => { element.open = true; element.dataset.opened = '' }")
        for mode in ("dark", "light"):
            page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
            options = EVERYTHING if mode == "light" else COLOUR
            faults = _axe(page, options, "[data-opened]")
            found += [f"axe, opened, {mode}: {fault}" for fault in faults]
        found += overflow(page)
        details.evaluate("element => { element.open = false; delete element.dataset.opened }")
    return found
