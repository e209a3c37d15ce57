"""What a window is operated with besides fingers: keypad, switches, a scanner that types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent

from kiosk.events import Event
from kiosk.keypad import Keypad, Switches
from ui.window import TerminalWindow

if TYPE_CHECKING:
    from ui.wedge import KeyboardWedge


class NoRepeat(QObject):
    """Takes away what a key sends while it is held down: one strike is one strike, in a field too."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Take repetitions."""
        return isinstance(event, QKeyEvent) and event.isAutoRepeat()


def operate(  # noqa: PLR0913 - one for each thing that a window is operated with
    window: TerminalWindow,
    post: Callable[[Event], None],
    keypad: Keypad | None = None,
    switches: Switches | None = None,
    wedge: KeyboardWedge | None = None,
    *,
    staff_code: bool = False,
) -> None:
    """Let a window be operated by these. A scanner's keys are told from others before anything else sees them.

    With `staff_code` the staff can ask for their page (ui/staff_gesture.py).
    """
    if keypad is not None:
        from ui.keypad import KeypadControl

        KeypadControl(window, post, keypad)
    if switches is not None:
        from ui.scanning import SwitchControl

        SwitchControl(window, post, switches)
    window.winId()  # the window's own surface gets every key first
    surface = window.windowHandle()
    surface.installEventFilter(NoRepeat(window))
    if staff_code:
        from ui.staff_gesture import StaffGesture

        StaffGesture(window, post, keypad)
    if wedge is not None:
        wedge.report_to(post)
        wedge.stand_before(surface)
