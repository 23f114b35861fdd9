"""How the served model and the daemon are doing: read, kept, and given to others."""
