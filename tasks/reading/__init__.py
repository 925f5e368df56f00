"""Reading: files, archives, feeds and pages in; raw documents and failures out."""
