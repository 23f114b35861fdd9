"""From folders to settled bytes: what lies there, what changed, what was last readable."""
