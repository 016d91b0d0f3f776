import { expect, it } from "vitest";

import { calendarAddress } from "./useCalendarLink";

const path = "/api/calendar/secret.ics";
const origin = "https://marquee.example";

it("asks for the chosen kinds, and for whatever there is when all are chosen", () => {
  expect(calendarAddress(path, ["arrived", "release"], origin)).toBe(
    "https://marquee.example/api/calendar/secret.ics?kind=arrived&kind=release",
  );
  expect(calendarAddress(path, ["arrived", "left", "new_season", "release"], origin)).toBe(
    "https://marquee.example/api/calendar/secret.ics",
  );
});
