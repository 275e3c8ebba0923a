"""Small numbers: which counts are hidden, so that none can be worked out from the rest."""
