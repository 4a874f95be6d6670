"""Reviews (好差评): services given, invitations to review them, reviews, what is wrong with some, what the city gets of them (domain 6)."""
