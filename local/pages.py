"""The pages that people see instead of Cognito's and Google's: plain HTML, complete without any other file."""

from collections.abc import Mapping
from html import escape

# Colours with a contrast of 4.5 to 1 at least, in both schemes.
_STYLE = """
:root { color-scheme: light dark }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif;
  background: light-dark(#f1f3f5, #141517); color: light-dark(#212529, #e9ecef) }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 2rem; background: light-dark(#fff, #1f2023) }
h1 { margin: 0 0 1.5rem; font-size: 1.5rem }
label { display: block; margin-bottom: .25rem }
input:not([type=hidden]), button, .button a { box-sizing: border-box; width: 100%; padding: .6rem .75rem;
  margin-bottom: 1rem; font: inherit; border: 1px solid light-dark(#6c757d, #909296); border-radius: .25rem }
button, .button a { border-color: transparent; background: #1864ab; color: #fff; cursor: pointer; text-align: center }
.button a { display: block; text-decoration: none }
a { color: light-dark(#1864ab, #74c0fc) }
.error { padding: .75rem; border: 1px solid; color: light-dark(#a61e1e, #ffa8a8) }
.hint { margin-top: 0; font-size: .875rem }
:focus-visible { outline: 3px solid light-dark(#1864ab, #74c0fc); outline-offset: 2px }
"""


def page(title: str, heading: str, body: str) -> str:
    """Return a whole page; `body` is HTML, the rest is text."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Without an icon of its own, a browser asks for one that is not there.
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{_STYLE}</style></head>\n'
        f"<body><main><h1>{escape(heading)}</h1>\n{body}\n</main></body></html>\n"
    )


def form(action: str, hidden: Mapping[str, str], fields: str, button: str) -> str:
    """Return a form that posts `hidden` along with what is typed into `fields`, which are HTML."""
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    return f'<form method="post" action="{escape(action)}">{kept}\n{fields}\n<button>{escape(button)}</button></form>'


def field(name: str, label: str, *, value: str = "", hint: str = "", **attributes: str) -> str:
    """Return a labelled input; `attributes` are those of the input, with `_` for `-`."""
    extra = "".join(f' {key.replace("_", "-")}="{escape(text)}"' for key, text in attributes.items())
    described = f' aria-describedby="{name}-hint"' if hint else ""
    explained = f'<p class="hint" id="{name}-hint">{escape(hint)}</p>' if hint else ""
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}" required{extra}{described}>{explained}'
    )


def alert(message: str) -> str:
    """Return a message that screen readers say at once, or nothing where there is none."""
    return f'<p class="error" role="alert">{escape(message)}</p>' if message else ""
