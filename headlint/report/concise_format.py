"""One line a finding, and one line that sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headlint.report.paint import Brush
from headlint.report.summary import summary
from headlint.report.text_format import headline
from headlint.report.words import all_shown

if TYPE_CHECKING:
    from headlint.report import Style
    from headlint.results import Results


def write(results: Results, style: Style) -> str:
    """The findings' first lines."""
    brush = Brush(style.colour)
    lines = [headline(checked, judged, results, brush) for checked, judged in all_shown(results, style)]
    return "\n".join(filter(None, [*lines, summary(results, style, brush)]))
