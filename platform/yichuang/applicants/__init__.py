"""Applicants with an account: who they are by the word of the identity provider, sealed at rest."""
