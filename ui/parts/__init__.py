"""The parts of a screen as widgets: one file a family. `registry.view_of` finds the one for a part."""
