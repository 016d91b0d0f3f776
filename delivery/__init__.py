"""What the pipeline needs beside the tests: comparison of templates, audits, release notes, smoke tests, its roles."""
