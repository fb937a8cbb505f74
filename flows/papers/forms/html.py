"""One HTML page without scripts or anything from outside: the desk's preview and the mail's second body."""

from __future__ import annotations

import base64
from html import escape

from flows.papers.forms.blocks import Block, Bullets, Heading, Inline, Note, Paragraph, TableBlock
from flows.papers.forms.official import KIND, MOTTO, NATION, Drawn, ReportDocument

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #eef1f5; color: #111;
  font: 17px/1.5 Tinos, "Times New Roman", "Liberation Serif", serif; }
main { max-width: 46rem; margin: 1.5rem auto; padding: 2.5rem 3rem; background: #fff; box-shadow: 0 1px 6px #0002;
  overflow-wrap: anywhere; }
.head { display: grid; grid-template-columns: 2fr 3fr; gap: 1rem; text-align: center; line-height: 1.35; }
.head p { margin: 0 0 .15rem; }
.head .rule { width: 40%; margin: .25rem auto .5rem; border: 0; border-top: 1px solid #111; }
.head .motto { display: inline-block; border-bottom: 1px solid #111; padding-bottom: .1rem; margin-bottom: .5rem; }
h1 { margin: 2rem 0 1.5rem; text-align: center; font-size: 1.1rem; line-height: 1.4; }
h1 span { display: block; }
h1::after { content: ""; display: block; width: 9rem; margin: .5rem auto 0; border-top: 1px solid #111; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
p.body { margin: 0 0 .5rem; text-align: justify; text-indent: 2.2rem; }
ul { list-style: "–  "; margin: 0 0 .7rem; padding-left: 1.6rem; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; margin: .3rem 0 1rem; font-size: .94rem; line-height: 1.35; }
caption { font-weight: bold; padding: .4rem 0; }
th, td { border: 1px solid #777; padding: .3rem .5rem; vertical-align: middle; text-align: left; }
th { background: #f1f4f8; text-align: center; }
td.n { text-align: center; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; text-align: center; }
figure img { max-width: 100%; height: auto; }
figcaption, .note { font-style: italic; font-size: .92rem; }
.foot { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-top: 2rem; }
.foot .to { font-size: .88rem; line-height: 1.4; } .foot .sign { text-align: center; font-weight: bold; }
.foot .sign span { display: block; margin-top: 5rem; }
a { color: #1a4480; }
@media (max-width: 600px) { main { margin: 0; padding: 1.2rem; } .head { grid-template-columns: 1fr; }
  p.body { text-align: left; text-indent: 0; } }
@media print { body { background: #fff; } main { box-shadow: none; margin: 0; padding: 0; } }
"""


def render(document: ReportDocument) -> str:
    """The report as a page of its own; every text escaped, charts as data images."""
    form = document.form
    recipients = "".join(f"<br>- {escape(name)}" for name in form.recipients)
    parts = [
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(document.title)}</title><style>{_STYLE}</style></head><body><main>",
        f'<div class="head"><div><p>{escape(form.superior.upper())}</p><p><b>{escape(form.issuer.upper())}</b></p>',
        f'<hr class="rule"><p>{escape(form.number)}</p></div>',
        f'<div><p><b>{NATION}</b></p><p><b class="motto">{MOTTO}</b></p>',
        f"<p><i>{escape(form.place_date)}</i></p></div></div>",
        f"<h1><span>{KIND}</span><span>{escape(form.subject)}</span><span>{escape(form.subject_period)}</span></h1>",
        *(_block(block) for block in document.blocks),
        f'<div class="foot"><div class="to"><b><i>Nơi nhận:</i></b>{recipients}</div>',
        f'<div class="sign">{escape(form.signer_title.upper())}<span>{escape(form.signer_name)}</span></div></div>',
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _block(block: Block | Drawn) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{escape(block.text)}</h{block.level + 1}>"
        case Paragraph():
            return f'<p class="body">{_line(block.runs)}</p>'
        case Bullets():
            return "<ul>" + "".join(f"<li>{_line(item)}</li>" for item in block.items) + "</ul>"
        case TableBlock():
            return _table(block)
        case Drawn():
            picture = base64.b64encode(block.svg.encode()).decode()
            caption = escape(block.caption)
            image = f'<img src="data:image/svg+xml;base64,{picture}" alt="{caption}">'
            return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"
        case Note():
            return f'<p class="note">{escape(block.text)}</p>'
    raise TypeError(f"no form for {type(block).__name__}")


def _table(block: TableBlock) -> str:
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in block.header)
    body = "".join(
        "<tr>" + "".join(_cell(cell, column in block.numeric) for column, cell in enumerate(row)) + "</tr>"
        for row in block.rows
    )
    return f'<div class="wide"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(cell: Inline, numeric: bool) -> str:
    return f'<td class="n">{_line(cell)}</td>' if numeric else f"<td>{_line(cell)}</td>"


def _line(line: Inline) -> str:
    return "".join(
        escape(run)
        if isinstance(run, str)
        else f'<a href="{escape(run.url)}" rel="noreferrer noopener">{escape(run.text)}</a>'
        for run in line
    )
