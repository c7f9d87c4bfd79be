"""Home: what waits for this person. One module for each kind of desk."""
