"""Where it ends up: schema, lake, loading, checks, views, export."""
