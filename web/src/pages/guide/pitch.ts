/** What the landing page says first; the build writes it into index.html, too, which shows it before the app is there. */
export const PITCH = "What can you watch tonight?";

/** One sentence below it. */
export const PITCH_LEAD =
  "One guide to the films and series on the streaming services you already pay for: what is good, what is new, " +
  "what has left, and where to press play.";
