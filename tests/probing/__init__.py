"""T9 of RELIABILITY 5a: guessing at names, references and ids, alone, together and all at once."""
