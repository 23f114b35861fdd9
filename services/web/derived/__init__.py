"""What pages say, from documents: sentences, differences, levels. Pure: values in, values out.

No file, socket, clock or template. May import `predictor.published` and what it names, rooms of
`predictor` that say what teams and points are, and `drawing`, whose values it fills.
"""
