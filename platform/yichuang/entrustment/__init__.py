"""Entrusted acceptance (委托受理): who may act for which department, where, until when; handing over."""
