"""The views, by topic. ``base`` opens the door for the person who asks; every other module shows and does."""
