import type { Chain } from '../chain/chain.ts';
import { projectOfSecret } from '../chain/secret.ts';

/** What a secret says without its payload, as a list call tells it. */
export type Holding = {
  readonly annotations: Readonly<Record<string, string>>;
  readonly versionAliases: Readonly<Record<string, number>>;
};

/** The secrets with our label in every project that chains use: all that freshness is told by. */
export type Holdings = {
  /** By name, `projects/P/secrets/S`. */
  readonly secrets: ReadonlyMap<string, Holding>;
  /** Projects whose secrets could not be listed. */
  readonly unlisted: ReadonlySet<string>;
};

/** The projects that a file's chains keep their secrets in, once each. */
export const projectsOf = (chains: readonly Pick<Chain, 'secret'>[]): string[] => [
  ...new Set(chains.map(({ secret }) => projectOfSecret(secret))),
];

/**
 * Secrets with our label that no chain names. A project may be written by its ID or by its number, and which belong together is not told:
 * what could be a chain's secret under the other name is left out.
 */
export function unnamedIn({ secrets }: Holdings, chains: readonly Pick<Chain, 'secret'>[]) {
  const named = new Set(chains.map(({ secret }) => secret));
  const byId = Map.groupBy(named, idOfSecret);
  return [...secrets].filter(
    ([name]) =>
      !named.has(name) &&
      !byId.get(idOfSecret(name))?.some((other) => isByNumber(other) !== isByNumber(name)),
  );
}

const idOfSecret = (secret: string): string => secret.split('/')[3] ?? '';
const isByNumber = (secret: string): boolean => /^\d+$/.test(projectOfSecret(secret));
