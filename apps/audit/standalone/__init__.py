"""What runs without this product: ``verify.py`` alone, on the machine of whoever does not want to believe us."""
