"""The coding frame: themes, their rules, and the YAML they are written in."""
