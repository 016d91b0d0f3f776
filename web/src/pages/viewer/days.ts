const DAY = 86_400_000;

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const dated = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** What happened on one day of the viewer's own calendar. */
export interface Day<Item> {
  /** The day at its beginning. */
  day: Date;
  items: Item[];
}

/** Divide what is in order of time by days; the order stays. */
export function byDay<Item extends { at: string }>(items: Item[]): Day<Item>[] {
  const days: Day<Item>[] = [];
  for (const item of items) {
    const day = beginning(new Date(item.at));
    const last = days.at(-1);
    if (last?.day.getTime() === day.getTime()) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}

/** Call a day as people do: Today, Yesterday, Monday 3 June; of another year with its year. */
export function dayName(day: Date, now = new Date()): string {
  // Rounded, because the days on which the clocks change have 23 or 25 hours.
  const ago = Math.round((beginning(now).getTime() - beginning(day).getTime()) / DAY);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  return (day.getFullYear() === now.getFullYear() ? weekday : dated).format(day);
}

/** Write a moment as a time of day: 05:30. */
export const timeOf = (moment: string): string => clock.format(new Date(moment));

/** The day some days ago, as the API reads it. */
export function daysAgo(days: number, now = new Date()): string {
  return new Date(now.getTime() - days * DAY).toISOString().slice(0, 10);
}

function beginning(moment: Date): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}
