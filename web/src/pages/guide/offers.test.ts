import { describe, expect, it } from "vitest";

import type { Schemas } from "@/api/client";

import { groupsOf } from "./offers";

const offer = (over: Partial<Schemas["OfferAnswer"]>): Schemas["OfferAnswer"] => ({
  source_id: "26",
  name: "Prime Video",
  region: "GB",
  type: "sub",
  format: null,
  price: null,
  web_url: null,
  ios_url: null,
  android_url: null,
  seasons: null,
  episodes: null,
  provider: "watchmode",
  first_seen: "2026-11-01T00:00:00.000Z",
  last_seen: "2026-11-20T00:00:00.000Z",
  disputed: false,
  ...over,
});

describe("groupsOf", () => {
  it("names a service once with all its prices, the cheapest first, and who says so", () => {
    const [rent] = groupsOf(
      [
        offer({ type: "rent", format: "4K", price: 5.49 }),
        offer({ type: "rent", format: "HD", price: 3.49, web_url: "https://shop.example/1" }),
        offer({ type: "rent", provider: "tmdb", web_url: "https://www.themoviedb.org/1", last_seen: "2026-11-21" }),
      ],
      [],
    );

    expect(rent?.ways).toHaveLength(1);
    expect(rent?.ways[0]).toMatchObject({
      options: [
        { format: "HD", price: 3.49 },
        { format: "4K", price: 5.49 },
      ],
      url: "https://shop.example/1",
      isDirect: true,
      providers: ["watchmode", "tmdb"],
      lastSeen: "2026-11-21",
    });
  });

  it("puts my services first and the ways in their order", () => {
    const groups = groupsOf([offer({ type: "buy" }), offer({ source_id: "1" }), offer({ source_id: "203" })], ["203"]);

    expect(groups.map(({ key }) => key)).toEqual(["sub", "buy"]);
    expect(groups[0]?.ways.map(({ sourceId, isMine }) => [sourceId, isMine])).toEqual([
      ["203", true],
      ["1", false],
    ]);
  });

  it("keeps a way it has never heard of", () => {
    expect(groupsOf([offer({ type: null }), offer({ type: "barter", source_id: "2" })], [])[0]?.ways).toHaveLength(2);
  });

  it("links to nothing but web pages", () => {
    expect(groupsOf([offer({ web_url: "javascript:alert(1)" })], [])[0]?.ways[0]?.url).toBeNull();
  });

  it("calls disputed only what nobody agrees to", () => {
    const [sub] = groupsOf([offer({ disputed: true }), offer({ source_id: "2", disputed: null })], []);

    expect(sub?.ways.map(({ isDisputed }) => isDisputed)).toEqual([true, false]);
  });
});
