"""A season's known facts, written as each provider would have given them."""
