"""Whether a served model still holds: drift, track record, promotion, when to train.

Pure tests on counts and losses; who keeps them on a disk and acts on them is in `services`.
May import `learn.features` and what is below it, never `learn.outcome` beside it.
"""
