"""Pure NumPy: arrays in, arrays out."""
