"""Google Drive v3 and its token endpoint, as far as reading needs them: folders, pages, shared drives, shortcuts."""
