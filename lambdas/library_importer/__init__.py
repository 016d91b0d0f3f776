"""Reads files of an upload, of S3 or of Google Drive, and hands their rows to the writer of the library."""
