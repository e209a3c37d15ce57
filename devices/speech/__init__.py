"""A voice: `synthesis` turns words into sound, `playback` makes it heard, `speaker` reads a screen with both."""

from devices.speech.speaker import LocalSpeaker

__all__ = ["LocalSpeaker"]
