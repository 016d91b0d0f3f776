"""The `marquee` command of those who operate Marquee."""
