"""How the served model and the daemon are doing: read, kept, and given to others.

Figures of the model, the status file, Prometheus. Judgements come from
`predictor.learn.monitoring`. May import everything below `training`.
"""
