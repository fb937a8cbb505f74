"""Small charts as SVG, for the desk and for reports: plain rows in, a picture out, no outside host asked.

For reports Altair writes the Vega-Lite description and vl-convert draws it in this process, both imported on first use.
A page that is asked for all day long draws its columns itself: that takes less than a millisecond, Vega 40.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

from core import clock

INK = "#1f3a5f"
FONT = "sans-serif"
_BAR_STEP = 22


def bars(
    rows: Sequence[tuple[str, int]], *, unit: str, width: int = 420, font: str = FONT, fonts: Path | None = None
) -> str:
    """Horizontal bars in this order, each with its number; ``fonts``: a folder that holds ``font``. Returns SVG."""
    import altair as alt  # noqa: PLC0415 -- heavy

    values: list[dict[str, Any]] = [
        {"label": label, "number": number, "order": order} for order, (label, number) in enumerate(rows)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y(
            "label:N",
            sort=alt.EncodingSortField("order"),
            title=None,
            axis=alt.Axis(labelLimit=220, ticks=False, domain=False),
        ),
        x=alt.X("number:Q", title=unit, axis=alt.Axis(tickMinStep=1, tickCount=5, format="d", grid=True)),
    )
    chart = base.mark_bar(color=INK, height=13) + base.mark_text(align="left", dx=4, fontSize=11).encode(
        text="number:Q"
    )
    return _svg(chart.properties(width=width, height=_BAR_STEP * max(len(rows), 1)), font, fonts)


def timeline(
    rows: Sequence[tuple[datetime, int]], *, unit: str, width: int = 420, font: str = FONT, fonts: Path | None = None
) -> str:
    """Columns over time, one for each moment given, labelled with the Vietnamese clock. Returns SVG."""
    import altair as alt  # noqa: PLC0415 -- heavy

    days = {clock.day(moment) for moment, _ in rows}
    whole_days = all(clock.local(moment).hour == 0 for moment, _ in rows)
    pattern = "{0:%H}h" if len(days) == 1 else "{0:%H}h {0.day}/{0.month}"
    if len(days) > 4 or whole_days:
        pattern = "{0.day}/{0.month}"
    values: list[dict[str, Any]] = [
        {"label": pattern.format(clock.local(moment)), "order": order, "number": number}
        for order, (moment, number) in enumerate(rows)
    ]
    step = max(1, -(-len(rows) // 12))
    axis = alt.Axis(
        title=None,
        ticks=False,
        labelAngle=0 if len(days) == 1 else -45,
        labelOverlap=False,
        values=[value["order"] for value in values if value["order"] % step == 0],
        labelExpr=_labels([value["label"] for value in values]),
    )
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(color=INK)
        .encode(
            x=alt.X("order:O", axis=axis),
            y=alt.Y("number:Q", title=unit, axis=alt.Axis(tickMinStep=1, tickCount=4, format="d")),
        )
    )
    return _svg(chart.properties(width=width, height=120), font, fonts)


def columns(rows: Sequence[tuple[date, int]], *, unit: str, width: int = 560) -> str:
    """One column a day, at most twelve of them labelled, each with its day and number as a tooltip. Returns SVG."""
    height, left, bottom, top = 150, 44, 20, 18
    most = max([1, *(number for _, number in rows)])
    step = (width - left) / max(len(rows), 1)
    every = max(1, -(-len(rows) // 12))
    scale = (height - bottom - top) / most
    floor = height - bottom
    parts = [f'<text x="0" y="11">{escape(unit)}</text>']
    for number in sorted({0, most // 2, most}):
        y = floor - number * scale
        parts.append(f'<path d="M{left} {y:.1f}H{width}" stroke="#e3e3e3"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{number}</text>')
    for place, (day, number) in enumerate(rows):
        x, tall = left + place * step, number * scale
        parts.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{floor - tall:.1f}" width="{step * 0.8:.1f}" height="{tall:.1f}" '
            f'fill="{INK}"><title>{day.day}/{day.month}/{day.year}: {number}</title></rect>'
        )
        if place % every == 0:
            middle = f'x="{x + step / 2:.1f}" y="{height - 5}" text-anchor="middle"'
            parts.append(f"<text {middle}>{day.day}/{day.month}</text>")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}" font-size="11" fill="#444">{"".join(parts)}</svg>'
    )


def png(svg: str, *, scale: float = 2.0) -> bytes:
    """The same picture as PNG, ``scale`` pixels a unit, for papers that cannot hold SVG."""
    import vl_convert  # noqa: PLC0415 -- heavy

    drawn: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return drawn


def _labels(labels: Sequence[str]) -> str:
    """A Vega expression that turns a column's place into its label: our own digits, never text from outside."""
    quoted = ",".join(f"'{label}'" for label in labels)
    return f"[{quoted}][datum.value]"


def _svg(chart: Any, font: str, fonts: Path | None) -> str:
    import vl_convert  # noqa: PLC0415 -- heavy

    if fonts is not None:
        vl_convert.register_font_directory(str(fonts))
    styled = chart.configure_view(stroke=None).configure_axis(
        labelFont=font,
        titleFont=font,
        labelFontSize=11,
        titleFontSize=11,
        titleFontWeight="normal",
        gridColor="#e3e3e3",
    )
    drawn: str = vl_convert.vegalite_to_svg(styled.configure_text(font=font).to_dict())
    return drawn
