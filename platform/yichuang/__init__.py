"""Yichuang 一窗: rules and forms for the government service counter, read from versioned definitions."""
