"""What the API answers with, as types: the description and the clients are made from them.

Names are those of the published document where it has them. Computes nothing. May import the types
of `predictor.published` and of the archive's rows, and `msgspec`.
"""
