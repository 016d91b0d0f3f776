"""The routes of those who operate Marquee."""
