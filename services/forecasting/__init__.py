"""One forecast of one season: its inputs, its build, its shards, and what is wrong with it."""
