"""Arabic analysis: spelling, sentences, tokens, readings of words, dates. Pure: batch in, batch out."""
