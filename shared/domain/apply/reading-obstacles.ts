import { type Account, idOf, nameOf } from '../chain/account.ts';
import type { ChainFile } from '../chain/chain.ts';
import { enableApi } from './gcloud-commands.ts';
import type { Inventory } from './inventory.ts';
import type { Obstacle } from './obstacle.ts';
import type { Wanted } from './wanted.ts';

const LIFETIME_RESOURCE = /\/policies\/iam\./;

/** What could not be read, and the APIs that are not enabled. */
export function readingObstacles(
  file: ChainFile,
  wanted: Wanted,
  { unread: all }: Inventory,
): Obstacle[] {
  const chainsOf = chainsByResource(file, wanted);
  const unread = all
    .filter(({ resource }) => !LIFETIME_RESOURCE.test(resource))
    .map(({ resource, failure }) => ({ resource, failure, chains: chainsOf(resource) }));
  const ofDisabledApis = Map.groupBy(
    unread.filter(({ failure }) => failure.api),
    ({ failure: { api } }) => `${api?.service} ${api?.project}`,
  );
  return [
    ...[...ofDisabledApis.values()].flatMap((same): Obstacle[] => {
      const api = same[0]?.failure.api;
      if (!api) return [];
      const { service, project } = api;
      return [
        {
          kind: 'api-disabled',
          resource: project === undefined ? service : `projects/${project}`,
          text: `the API ${service} is not enabled${project === undefined ? '' : ` in ${project}`}`,
          chains: inFileOrder(
            file,
            same.flatMap(({ chains }) => chains),
          ),
          fix: enableApi(service, project),
        },
      ];
    }),
    ...unread
      .filter(({ failure }) => !failure.api)
      .map(({ resource, chains, failure: { detail, permission } }) => ({
        kind: 'unread' as const,
        resource,
        text: `cannot be read: ${detail}${permission ? `; the missing permission is ${permission}` : ''}`,
        chains,
      })),
  ];
}

/** Finds the chains that need a resource. A resource that no chain names is taken to be needed by all. */
function chainsByResource(file: ChainFile, wanted: Wanted): (resource: string) => string[] {
  const uses = [
    ...usesOf(file).map(({ account, chains }) => ({
      resource: `projects/-/serviceAccounts/${nameOf(account)}`,
      chains,
    })),
    ...wanted.secrets.map(({ name, chain }) => ({ resource: name, chains: [chain] })),
    ...[...wanted.grants, ...wanted.roles.map((role) => ({ ...role, resource: role.name }))].map(
      ({ resource, serves }) => ({ resource, chains: serves.map(({ chain }) => chain) }),
    ),
  ];
  const byResource = Map.groupBy(uses, ({ resource }) => resource);
  return (resource) => {
    const found = (byResource.get(resource) ?? []).flatMap(({ chains }) => chains);
    return found.length > 0 ? inFileOrder(file, found) : file.chains.map(({ name }) => name);
  };
}

function inFileOrder({ chains }: ChainFile, names: readonly string[]): string[] {
  const wanted = new Set(names);
  return chains.map(({ name }) => name).filter((name) => wanted.has(name));
}

/** Every account of the file, with the chains that use it. Every chain uses the caller. */
export function usesOf(file: ChainFile): { account: Account; chains: string[] }[] {
  const uses = file.chains.flatMap(({ name, delegates, target }) =>
    [file.caller, ...delegates, target].map((account) => ({ account, chain: name })),
  );
  return [...Map.groupBy(uses, ({ account }) => idOf(account)).values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ account: first.account, chains: same.map(({ chain }) => chain) }] : [];
  });
}
