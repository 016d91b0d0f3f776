"""Makes every change of a library, one after the other, in the order in which they were asked for."""
