"""The clients of the providers; the only code that speaks to them."""
