import type { ServiceAccount } from '../state/service-account.ts';
import type { State } from '../state/state.ts';
import { CLOUD_PLATFORM } from './access-tokens.ts';

export const METADATA_SCOPES = [
  CLOUD_PLATFORM,
  'https://www.googleapis.com/auth/userinfo.email',
  'openid',
];

type Leaf = string | number | readonly string[];
type Node = Leaf | { readonly [name: string]: Node };

/** The metadata of an account and its project at `path`: one value, or a directory of values. */
export function metadataAt(state: State, account: ServiceAccount, path: string): Node | undefined {
  let node: Node | undefined = treeOf(state, account);
  for (const name of path.split('/').filter(Boolean)) {
    node = isLeaf(node) ? undefined : node[name];
    if (node === undefined) return undefined;
  }
  return node;
}

/**
 * One value as text, or the names in a directory. With `recursive=true` or `alt=json`, JSON with names in camelCase.
 *
 * @returns `type`: the content type, when it is not text
 */
export function readMetadata(node: Node, query: URLSearchParams): { body: string; type?: string } {
  const isRecursive = query.get('recursive') === 'true';
  if (query.get('alt') === 'json' || (isRecursive && query.get('alt') !== 'text')) {
    return { body: JSON.stringify(camelCased(node)), type: 'application/json' };
  }
  if (isLeaf(node)) return { body: textOf(node) };
  const names = Object.entries(node).map(([name, child]) => (isLeaf(child) ? name : `${name}/`));
  return { body: names.map((name) => `${name}\n`).join('') };
}

function treeOf(state: State, account: ServiceAccount): Node {
  const number = state.projects.get(account.projectId)?.projectNumber ?? '0';
  const ownAccount = { aliases: ['default'], email: account.email, scopes: METADATA_SCOPES };
  return {
    instance: {
      id: Number(account.uniqueId.slice(0, 15)),
      name: 'localhost',
      region: `projects/${number}/regions/us-central1`,
      'service-accounts': { default: ownAccount, [account.email]: ownAccount },
      zone: `projects/${number}/zones/us-central1-1`,
    },
    project: {
      attributes: {},
      'numeric-project-id': Number(number),
      'project-id': account.projectId,
    },
    universe: { 'universe-domain': 'googleapis.com' },
  };
}

const isLeaf = (node: Node): node is Leaf => typeof node !== 'object' || Array.isArray(node);

const textOf = (leaf: Leaf): string =>
  Array.isArray(leaf) ? leaf.map((line) => `${line}\n`).join('') : String(leaf);

function camelCased(node: Node): Node {
  if (isLeaf(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, child]) => [
      name.includes('@')
        ? name
        : name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(child),
    ]),
  );
}
