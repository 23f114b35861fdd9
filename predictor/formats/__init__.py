"""Bytes to records: one provider a module, and no provider's word leaves this folder.

`parse_file` turns one dropped file into records, `join_parts` completes those that hold a
part of something, and `link_files` joins those that need each other. Nothing here decides
which event a session belongs to, who drives for whom, or which of two files is right: that
is `predictor.season`'s part. Nothing here opens a file. May import `records` and what is below
it, and no provider another.
"""

from predictor.formats.detect import MAX_BYTES, parse_file
from predictor.formats.linking import link_files
from predictor.formats.parts import join_parts

__all__ = ["MAX_BYTES", "join_parts", "link_files", "parse_file"]
