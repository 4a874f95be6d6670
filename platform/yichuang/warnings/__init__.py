"""Warnings (平台预警): events, the rules that staff write over them, what came of it and who has to know."""
