"""Training on what is drawn anew for every epoch: the loop that page and line networks share."""
