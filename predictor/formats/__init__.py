"""Bytes to records: one provider a module, and no provider's word leaves this folder.

`parse_file` turns one dropped file into records and `link_files` joins those that need
each other. Nothing here decides which event a session belongs to, who drives for whom, or
which of two files is right: that is `predictor.season`'s part. Nothing here opens a file.
"""

from predictor.formats.detect import MAX_BYTES, parse_file
from predictor.formats.linking import link_files

__all__ = ["MAX_BYTES", "link_files", "parse_file"]
