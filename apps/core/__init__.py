"""What every room stands on and nothing stored: errors, state arrows, ids, the clock, words marked for translation."""
