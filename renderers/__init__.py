"""Definition and data in, pages and papers out: HTML, PDF (typst), QR codes, spreadsheets.

Pure: a renderer takes plain values and returns text or bytes. It knows `yichuang.ports` and `yichuang.errors` only.
"""
