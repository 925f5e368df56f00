"""Training of the name tagger (`make train-ner`); nothing of it is imported at run time."""
