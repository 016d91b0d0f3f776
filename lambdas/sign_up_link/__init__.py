"""Makes one user of those who sign in with a password and with Google."""
