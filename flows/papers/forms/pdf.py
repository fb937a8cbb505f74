"""PDF by typst. Text reaches typst as JSON, never as markup, so nothing in it can be understood as a command."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.papers.forms.blocks import Block, Bullets, Heading, Inline, Note, Paragraph, TableBlock
from flows.papers.forms.official import FONTS, KIND, MOTTO, NATION, Drawn, ReportDocument, unbroken_place

TEMPLATE = Path(__file__).parent / "report.typ"


def render(document: ReportDocument) -> bytes:
    """The report as PDF, with the shipped typeface only."""
    import typst  # noqa: PLC0415 -- heavy

    data = {
        "form": {
            **asdict(document.form),
            "superior": unbroken_place(document.form.superior),
            "nation": NATION,
            "motto": MOTTO,
            "kind": KIND,
        },
        "title": document.title,
        "blocks": [_plain(block) for block in document.blocks],
    }
    compiler = typst.Compiler(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", timestamp=int(document.made.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made


def _plain(block: Block | Drawn) -> dict[str, Any]:
    match block:
        case Heading():
            return {"type": "heading", "text": block.text, "level": block.level}
        case Paragraph():
            return {"type": "paragraph", "runs": _runs(block.runs)}
        case Bullets():
            return {"type": "bullets", "items": [_runs(item) for item in block.items]}
        case TableBlock():
            return {
                "type": "table",
                "caption": block.caption,
                "header": list(block.header),
                "rows": [[_runs(cell) for cell in row] for row in block.rows],
                "widths": list(block.widths),
                "numeric": sorted(block.numeric),
            }
        case Drawn():
            return {"type": "chart", "svg": block.svg, "caption": block.caption}
        case Note():
            return {"type": "note", "text": block.text}
    raise TypeError(f"no form for {type(block).__name__}")


def _runs(line: Inline) -> list[dict[str, str]]:
    return [{"text": run, "url": ""} if isinstance(run, str) else {"text": run.text, "url": run.url} for run in line]
