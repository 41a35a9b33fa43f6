"""A chapter's Markdown as the portal's own HTML: headings with ids, pictures as figures, links between chapters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from portal.errors import NotFound
from portal.help.pictures import get_picture


@dataclass(frozen=True)
class Sheet:
    """A chapter to read: its title, its first sentences, its parts by id, and the rest."""

    title: str
    summary: str
    sections: tuple[tuple[str, str], ...]
    body: Markup


FIGURE = Markup(
    '<figure class="picture-{p.shape}"><a href="{p.url}">'
    '<img src="{p.url}" alt="{alt}" width="{p.width}" height="{p.height}" loading="{loading}"></a>'
    "<figcaption>{caption}</figcaption></figure>"
)


class Renderer(RendererHTML):
    """Pictures become figures; their title is what is written beneath them."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        caption = token.attrGet("title") or alt
        try:
            picture = get_picture(Path(str(token.attrGet("src"))).stem)
        except NotFound:
            return Markup("<p>{}</p>").format(caption)  # a chapter reads on without one of its pictures
        loading = "eager" if env["in_booklet"] else "lazy"
        return FIGURE.format(p=picture, alt=alt, caption=caption, loading=loading)


MARKDOWN = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer).enable("table")


@lru_cache(maxsize=64)
def read(place: Path, _changed_at: int, *, in_booklet: bool) -> Sheet:
    """The chapter in this file; read anew when it has changed."""
    tokens = MARKDOWN.parse(place.read_text(encoding="utf-8"))
    title, summary, rest = _words(tokens[1]), _words(tokens[4]), tokens[3:]
    sections = tuple(_with_ids(rest, place.stem, lower=in_booklet))
    for token in rest:
        for child in token.children or ():
            _point_inside(child, in_booklet=in_booklet)
    _frame_pictures(rest)
    body = MARKDOWN.renderer.render(rest, MARKDOWN.options, {"in_booklet": in_booklet})
    return Sheet(title, summary, sections, Markup(body))  # noqa: S704 - our own files, with raw HTML switched off


def _words(inline: Token) -> str:
    """The text of one paragraph or heading without its marks."""
    return "".join(child.content or " " for child in inline.children or () if child.type in {"text", "softbreak"})


def _with_ids(tokens: list[Token], chapter: str, *, lower: bool) -> Iterator[tuple[str, str]]:
    """Give each heading an id, one level lower in the booklet; the parts of the chapter by id."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        name = _id_of(chapter, _words(inline))
        opening.attrSet("id", name)
        if opening.tag == "h2":
            yield name, _words(inline)
        if lower:
            opening.tag = closing.tag = f"h{int(opening.tag[1]) + 1}"


def _id_of(chapter: str, words: str) -> str:
    return f"{chapter}-" + re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _point_inside(token: Token, *, in_booklet: bool) -> None:
    """Links to other chapters: `kader.md#kader-…` in the files, /help/kader#… in the portal, #… in the booklet."""
    if token.type != "link_open":
        return
    found = re.fullmatch(r"([a-z-]+)\.md(?:#([a-z0-9-]+))?", str(token.attrGet("href")))
    if found is None:
        return
    name, part = found.groups()
    address = f"#{part or name}" if in_booklet else f"/help/{name}" + (f"#{part}" if part else "")
    token.attrSet("href", address)


def _frame_pictures(tokens: list[Token]) -> None:
    """A paragraph of pictures alone is a row of figures, not a paragraph: HTML allows no figure in one."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        kinds = {child.type for child in inline.children or ()}
        if opening.type == "paragraph_open" and "image" in kinds and kinds <= {"image", "softbreak"}:
            opening.tag = closing.tag = "div"
            opening.attrSet("class", "pictures")
