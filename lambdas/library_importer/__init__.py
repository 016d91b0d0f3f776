"""Reads files of an upload, of S3 or of Google Drive, and hands their rows to the writer of the library."""

# Before all else, because it settles how often what is loaded next is looked through for garbage (decision 0040).
import marquee
