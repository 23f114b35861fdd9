"""The one home of the graph: stages, the nodes of a season, and the plan that keys them."""
