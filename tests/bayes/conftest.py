"""The sampler compiles once a process, and keeps what it compiled for the next."""

from services.disk.program import ROOT
from services.settings.environment import keep_sampler_in

keep_sampler_in(ROOT / "predictions" / ".cache" / "sampler")
