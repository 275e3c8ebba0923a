"""Counts -> tables and sentences. All numbers first (`data`), then the rendering."""
