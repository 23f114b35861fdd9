"""Whether a served model still holds: drift, track record, promotion, when to train."""
