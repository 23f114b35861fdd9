"""The sampler compiles once a process, and keeps what it compiled for the next."""

from services.environment import ROOT, keep_sampler_in

keep_sampler_in(ROOT / "predictions" / ".cache" / "sampler")
