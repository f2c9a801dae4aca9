import type { Chain } from '../../chain/chain.ts';
import { projectOfSecret } from '../../chain/secret.ts';

/** What a list call gives of one secret. The payload is not part of it. */
export type ListedSecret = {
  readonly annotations: Readonly<Record<string, string>>;
  readonly versionAliases: Readonly<Record<string, number>>;
  /** When Google deletes the secret with all its versions. */
  readonly expiresAt?: Date;
  /** `versionDestroyTtl`: how long Google keeps a destroyed version, disabled, before its payload is gone. */
  readonly destroyDelaySeconds?: number;
};

/** The secrets with our label in the projects that chains use. Freshness is derived from nothing else. */
export type ListedSecrets = {
  /** By name, `projects/P/secrets/S`. */
  readonly secrets: ReadonlyMap<string, ListedSecret>;
  /** Projects whose secrets could not be listed. */
  readonly unlisted: ReadonlySet<string>;
};

/** The projects of the chains' secrets, once each. */
export const projectsOf = (chains: readonly Pick<Chain, 'secret'>[]): string[] => [
  ...new Set(chains.map(({ secret }) => projectOfSecret(secret))),
];

/** The name of the list of a project's secrets, for reports on what could not be read. */
export const secretListOf = (project: string): string => `projects/${project}/secrets`;

/**
 * The secrets with our label that no chain names.
 *
 * A secret's name has the ID or the number of its project, and a list does not say which ID belongs to which number. A secret is left out if
 * a chain's secret has the same last part and the other form of project.
 */
export function secretsWithoutChain(
  { secrets }: ListedSecrets,
  chains: readonly Pick<Chain, 'secret'>[],
) {
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
