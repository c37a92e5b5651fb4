"""Hand-verified lists of figures, and the matching that scores a reading against them."""
