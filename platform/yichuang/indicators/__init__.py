"""Indicators of reviews (指标管理, domain 6.7): base measures summed once, indicators made of them by definitions."""
