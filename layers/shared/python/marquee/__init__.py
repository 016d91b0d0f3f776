"""What Marquee's functions share: models, messages, provider clients, repositories and the rules of the guide."""
