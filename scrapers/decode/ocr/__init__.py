"""Pictures of pages to what they print, with the extra ``ocr``: pages of a PDF without text, and picture files.

What is recognized takes the way of what a PDF says: letters and rules on a `Sheet`, each letter with the model's
confidence. Nothing is ever fetched: the models are part of an installed package.
"""
