"""What each submodel contributes, and what other structures of the model would say.

`structures.toml` declares which settings switch a submodel off and which make an alternative structure.
Each is held against the record like the model itself, with the parameters as they were fitted and fitted
anew; each alternative has every claim of the debate tried under it.
"""
