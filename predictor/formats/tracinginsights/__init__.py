"""TracingInsights: one driver's laps of one session, column by column.

Its words end here. May import what all formats share, never another provider.
"""
