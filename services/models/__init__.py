"""Trained models as a service: registry, versions, training, backups. Knows no racing."""
