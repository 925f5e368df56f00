"""`marsad search`: a full-text index beside the lake (index.py), questions to it (query.py), and the words to show (snippet.py)."""
