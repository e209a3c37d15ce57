"""The on-screen keyboard: a widget of buttons, each spoken, named and reachable by keypad and switch."""

from ui.keyboard.keyboard import Habits, Keyboard

__all__ = ["Habits", "Keyboard"]
