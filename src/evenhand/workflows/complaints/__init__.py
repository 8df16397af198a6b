"""Complaints and what follows from them: filed, reviewed, answered, and set right at every place a decision reached."""
