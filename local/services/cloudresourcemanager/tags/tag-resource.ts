import { z } from 'zod';
import { namespacedKey } from '../../../authorization/conditions/tags.ts';
import { accountResource, findAccount } from '../../../core/accounts.ts';
import { ApiError } from '../../../core/api-error.ts';
import { digits } from '../../../core/digits.ts';
import { projectIdOf, withProjectNumber } from '../../../core/projects.ts';
import { message, parseMessage, unsupported } from '../../../core/proto-json.ts';
import type { State } from '../../../state/state.ts';
import type { TagKey, TagValue } from '../../../state/tag.ts';

/** The body that creates a key or a value. */
const NewTag = message({
  parent: z.string(),
  shortName: z.string().regex(/^[^"'\\/]{1,256}$/),
  description: z.string().exactOptional(),
  purpose: unsupported,
  purposeData: unsupported,
  allowedValuesRegex: unsupported,
  // Clients send these empty.
  name: unsupported,
  namespacedName: unsupported,
  createTime: unsupported,
  updateTime: unsupported,
  etag: unsupported,
});

/** @throws {ApiError} 400 */
export function parseNewTag(body: unknown): {
  parent: string;
  shortName: string;
  description?: string;
} {
  const { parent, shortName, description } = parseMessage(NewTag, body);
  return { parent, shortName, ...(description !== undefined && { description }) };
}

/** As long as Google's IDs of tags. */
export const newTagId = (state: State): string => `2814${digits(state, 11)}`;

const times = ({ createTime }: { createTime: string }) => ({ createTime, updateTime: createTime });

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys */
export const toTagKey = (state: State, key: TagKey): object => ({
  name: key.name,
  parent: withProjectNumber(state, key.parent),
  shortName: key.shortName,
  namespacedName: namespacedKey(key),
  ...(key.description !== undefined && { description: key.description }),
  ...times(key),
  etag: 'b2theQ==',
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues */
export const toTagValue = (state: State, value: TagValue): object => ({
  name: value.name,
  parent: value.parent,
  shortName: value.shortName,
  namespacedName: namespacedValue(state, value),
  ...(value.description !== undefined && { description: value.description }),
  ...times(value),
  etag: 'b2theQ==',
});

/** `900000000001/env/prod` */
export function namespacedValue(state: State, { parent, shortName }: TagValue): string {
  const key = state.tagKeys.get(parent);
  return `${key ? namespacedKey(key) : ''}/${shortName}`;
}

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagBindings */
export const toTagBinding = (state: State, resource: string, value: TagValue): object => {
  const parent = fullNameOf(state, resource);
  return {
    name: `tagBindings/${encodeURIComponent(parent)}/${value.name}`,
    parent,
    tagValue: value.name,
    tagValueNamespacedName: namespacedValue(state, value),
  };
};

/** @see https://cloud.google.com/iam/docs/full-resource-names */
export function fullNameOf(state: State, resource: string): string {
  const [kind, id = '', ...below] = resource.split('/');
  const [collection, name = ''] = below.slice(-2);
  if (collection === 'serviceAccounts') {
    const uniqueId = findAccount(state, name)?.uniqueId ?? name;
    return `//iam.googleapis.com/projects/${id}/serviceAccounts/${uniqueId}`;
  }
  if (kind === 'buckets') return `//storage.googleapis.com/projects/_/${resource}`;
  const service = collection === 'secrets' ? 'secretmanager' : 'cloudresourcemanager';
  return `//${service}.googleapis.com/${withProjectNumber(state, resource)}`;
}

/**
 * The resource that a full name names, as the state writes it.
 *
 * @param fullName also percent-encoded, as in the name of a tag binding
 * @throws {ApiError} 400 for a form that the local cloud does not know, 404 for a resource that does not exist
 */
export function resourceNamed(state: State, fullName: string): string {
  if (fullName.startsWith('%2F')) return resourceNamed(state, decodeURIComponent(fullName));
  const [, service, path = ''] = /^\/\/([a-z]+)\.googleapis\.com\/(.+)$/.exec(fullName) ?? [];
  const [kind = '', id = '', ...below] = path.split('/');
  const [collection, name = ''] = below.slice(-2);
  const location = below.length === 4 ? `/locations/${below[1]}` : '';
  const found = (exists: boolean, resource: string): string => {
    if (exists) return resource;
    throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
  };
  const projectId = projectIdOf(state, id);
  switch (`${service} ${collection ?? kind}`) {
    case 'cloudresourcemanager projects':
      return found(state.projects.has(projectId), `projects/${projectId}`);
    case 'cloudresourcemanager folders':
      return found(state.folders.has(id), path);
    case 'cloudresourcemanager organizations':
      return found(state.organizations.has(id), path);
    case 'iam serviceAccounts': {
      const account = findAccount(state, name);
      return found(account !== undefined, account ? accountResource(account) : '');
    }
    case 'secretmanager secrets': {
      const secret = `projects/${projectId}${location}/secrets/${name}`;
      return found(state.secrets.has(secret), secret);
    }
    case 'storage buckets':
      return found(state.buckets.has(name), `buckets/${name}`);
    default:
      throw new ApiError('INVALID_ARGUMENT', `Invalid resource name: ${fullName}`);
  }
}

/** @throws {ApiError} 403 for a tag that does not exist, as at Google */
export function tagNamed<T>(tags: ReadonlyMap<string, T>, name: string): T {
  const tag = tags.get(name);
  if (tag === undefined) {
    throw new ApiError(
      'PERMISSION_DENIED',
      `com.google.apps.framework.request.StatusException: <eye3 title='PERMISSION_DENIED'/> generic::PERMISSION_DENIED: Permission denied on resource '${name}' (or it may not exist).`,
    );
  }
  return tag;
}

/** @throws {ApiError} when another key of the parent, or another value of the key, has the name */
export function checkShortName(
  state: State,
  tags: ReadonlyMap<string, { parent: string; shortName: string }>,
  kind: 'TagKey' | 'TagValue',
  parent: string,
  shortName: string,
): void {
  if (![...tags.values()].some((tag) => tag.parent === parent && tag.shortName === shortName)) {
    return;
  }
  throw new ApiError(
    'ALREADY_EXISTS',
    `A ${kind} with short name '${shortName}' already exists under parent '${withProjectNumber(state, parent)}'`,
  );
}
