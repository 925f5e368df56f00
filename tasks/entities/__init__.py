"""Entities: recognising names in analysed text and linking them to people, organisations and places."""
