"""From what was computed to what others read: document, record of runs, verification."""
