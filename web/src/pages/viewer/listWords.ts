import type { List } from "./lists";

interface Words {
  name: string;
  lead: string;
  /** What is said of a title's day. */
  since: string;
  /** The button that takes a title out, and the one that puts it back. */
  takeOut: string;
  putBack: string;
  empty: { title: string; text: string };
}

/** How the viewer's lists are called, and what can be done in them. */
export const listWords: Record<List, Words> = {
  following: {
    name: "Following",
    lead: "You hear when one of these arrives on your services, leaves or gets a new season.",
    since: "Followed",
    takeOut: "Unfollow",
    putBack: "Follow again",
    empty: {
      title: "You follow nothing yet",
      text: "Follow a title on its page, and you hear when it arrives on one of your services, leaves or gets a new season.",
    },
  },
  watched: {
    name: "Watched",
    lead: "What you have seen; your guide leaves it out.",
    since: "Watched",
    takeOut: "Not watched",
    putBack: "Watched after all",
    empty: {
      title: "Nothing marked as watched",
      text: "Mark what you have seen on its page: it leaves your guide and makes your recommendations better.",
    },
  },
  rated: {
    name: "Rated",
    lead: "What you think of it, from 1 to 10; recommendations follow it.",
    since: "Rated",
    takeOut: "Take back",
    putBack: "Rate again",
    empty: {
      title: "You have rated nothing yet",
      text: "Rate a title from 1 to 10 on its page. Recommendations follow your ratings.",
    },
  },
  hidden: {
    name: "Hidden",
    lead: "What you do not want to see in your guide.",
    since: "Hidden",
    takeOut: "Show again",
    putBack: "Hide again",
    empty: {
      title: "Nothing is hidden",
      text: "Hide what you do not want to see on its page: your guide and your recommendations leave it out.",
    },
  },
};
