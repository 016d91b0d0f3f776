import type { Schemas } from "@/api/client";

type Offer = Schemas["OfferAnswer"];

/** A quality and what it costs; either may be unknown. */
export interface Option {
  format: string | null;
  price: number | null;
}

/** A service and one way to watch there, from all that the providers say of it. */
export interface Way {
  sourceId: string;
  name: string;
  options: Option[];
  seasons: number | null;
  /** Where it is watched, or read about at TMDB; null where nobody says. */
  url: string | null;
  /** Whether `url` leads to the service itself. */
  isDirect: boolean;
  providers: string[];
  /** Whether one provider names the service and the other one does not. */
  isDisputed: boolean;
  lastSeen: string;
  isMine: boolean;
}

/** All services with one way to watch. */
export interface Group {
  key: string;
  title: string;
  /** What pressing the link does. */
  verb: string;
  ways: Way[];
}

const groups = [
  { key: "sub", title: "With a subscription", verb: "Watch" },
  { key: "free", title: "Free", verb: "Watch" },
  { key: "ads", title: "Free with adverts", verb: "Watch" },
  { key: "tve", title: "With a TV subscription", verb: "Watch" },
  { key: "rent", title: "Rent", verb: "Rent" },
  { key: "buy", title: "Buy", verb: "Buy" },
  { key: "other", title: "In shops, price unknown", verb: "Open" },
];

/** Offers by the way they are paid for, each service once, the viewer's own first. */
export function groupsOf(offers: Offer[], mine: string[]): Group[] {
  return groups
    .map((group) => {
      const fitting = offers.filter((offer) => keyOf(offer) === group.key);
      const services = [...new Set(fitting.map((offer) => offer.source_id))];
      const ways = services.map((id) => wayOf(fitting.filter((offer) => offer.source_id === id) as Some, mine));
      return { ...group, ways: ways.toSorted((a, b) => Number(b.isMine) - Number(a.isMine)) };
    })
    .filter((group) => group.ways.length > 0);
}

type Some = [Offer, ...Offer[]];

const keyOf = ({ type }: Offer) => (groups.some((group) => group.key === type) ? (type as string) : "other");

function wayOf(offers: Some, mine: string[]): Way {
  const direct = offers.find((offer) => offer.provider === "watchmode" && isAddress(offer.web_url));
  const link = direct ?? offers.find((offer) => isAddress(offer.web_url));
  return {
    sourceId: offers[0].source_id,
    name: offers[0].name ?? "Another service",
    options: optionsOf(offers),
    seasons: offers.map((offer) => offer.seasons).find((seasons) => seasons !== null) ?? null,
    url: link?.web_url ?? null,
    isDirect: direct !== undefined,
    providers: [...new Set(offers.map((offer) => offer.provider))],
    isDisputed: offers.every((offer) => offer.disputed),
    lastSeen: offers.map((offer) => offer.last_seen).reduce((a, b) => (a > b ? a : b)),
    isMine: mine.includes(offers[0].source_id),
  };
}

/** Qualities and prices once each, the cheapest first; TMDB's rows say neither. */
function optionsOf(offers: Offer[]): Option[] {
  const options = offers.filter((offer) => offer.format !== null || offer.price !== null);
  const once = new Map(options.map(({ format, price }) => [`${format} ${price}`, { format, price }]));
  return [...once.values()].toSorted((a, b) => (a.price ?? 0) - (b.price ?? 0));
}

/** Addresses come from outside: nothing but a web page is linked to. */
function isAddress(url: string | null): boolean {
  return url !== null && /^https?:\/\//.test(url);
}
