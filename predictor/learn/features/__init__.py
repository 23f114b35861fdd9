"""What a model is told of a driver before a race, counted from earlier races alone."""
