/** A price of Google's and its source. In dollars, without taxes, discounts and free tiers. */
export type Price = {
  readonly dollars: number;
  /** The price is for this many units. */
  readonly count: number;
  readonly unit: string;
  readonly page: string;
  /** `page`: from a stored copy of the page. `quoted`: from texts that quote the page. `memory`: from no text; check it before you rely on it. */
  readonly known: 'page' | 'quoted' | 'memory';
  /** The date of the source, or of the memory. */
  readonly on: string;
};

/** If prices differ by region, these are for regions of the first tier. */
export const PRICES = {
  /** A disabled version counts as active. Automatic replication counts as one location. */
  version: {
    dollars: 0.06,
    count: 1,
    unit: 'active version, location and month',
    page: 'https://cloud.google.com/secret-manager/pricing',
    known: 'quoted',
    on: '2026-11-22',
  },
  access: {
    dollars: 0.03,
    count: 10_000,
    unit: 'accesses',
    page: 'https://cloud.google.com/secret-manager/pricing',
    known: 'quoted',
    on: '2026-11-22',
  },
  messageByte: {
    dollars: 40,
    count: 2 ** 40,
    unit: 'bytes published or delivered',
    page: 'https://cloud.google.com/pubsub/pricing',
    known: 'memory',
    on: '2026-11-22',
  },
  job: {
    dollars: 0.1,
    count: 1,
    unit: 'job and month',
    page: 'https://cloud.google.com/scheduler/pricing',
    known: 'memory',
    on: '2026-11-22',
  },
  cpuSecond: {
    dollars: 0.000_024,
    count: 1,
    unit: 'vCPU second while a request is served',
    page: 'https://cloud.google.com/run/pricing',
    known: 'page',
    on: '2026-11-24',
  },
  memorySecond: {
    dollars: 0.000_002_5,
    count: 1,
    unit: 'GiB second while a request is served',
    page: 'https://cloud.google.com/run/pricing',
    known: 'quoted',
    on: '2026-11-24',
  },
  request: {
    dollars: 0.4,
    count: 1_000_000,
    unit: 'requests',
    page: 'https://cloud.google.com/run/pricing',
    known: 'quoted',
    on: '2026-11-24',
  },
  logByte: {
    dollars: 0.5,
    count: 2 ** 30,
    unit: 'bytes of logs, kept for 30 days',
    page: 'https://cloud.google.com/stackdriver/pricing',
    known: 'page',
    on: '2026-11-24',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** The price of one unit. */
export const unitPriceOf = ({ dollars, count }: Price): number => dollars / count;
