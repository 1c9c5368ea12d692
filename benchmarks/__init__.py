"""Measurements of speed and cost. Beside the package and not in it: nobody who runs the registry needs them."""
