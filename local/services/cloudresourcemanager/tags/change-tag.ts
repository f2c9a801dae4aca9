import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, message, parseMessage } from '../../../core/proto-json.ts';
import type { State } from '../../../state/state.ts';
import type { TagKey, TagValue } from '../../../state/tag.ts';
import { tagAudit } from '../audit.ts';
import { startOperation } from '../operation.ts';
import { tagNamed, toTagKey, toTagValue } from './tag-resource.ts';

type Kind = 'TagKey' | 'TagValue';
type Collection = 'tagKeys' | 'tagValues';

const collectionOf = (kind: Kind): Collection => (kind === 'TagKey' ? 'tagKeys' : 'tagValues');
const toWire = (state: State, kind: Kind, name: string): object =>
  kind === 'TagKey'
    ? toTagKey(state, tagNamed(state.tagKeys, name))
    : toTagValue(state, tagNamed(state.tagValues, name));

/** A key that has values, or a value that is bound, stays. */
function checkIsUnused(state: State, kind: Kind, name: string): void {
  const isUsed =
    kind === 'TagKey'
      ? [...state.tagValues.values()].some(({ parent }) => parent === name)
      : [...state.tagBindings.values()].some((bound) => bound.has(name));
  if (isUsed) {
    const children = kind === 'TagKey' ? 'TagValues' : 'TagBindings';
    throw new ApiError('FAILED_PRECONDITION', `Cannot delete a ${kind} with ${children}.`);
  }
}

const deletion = (kind: Kind): ApiMethod => {
  const collection = collectionOf(kind);
  return {
    api: 'cloudresourcemanager',
    name: `${collection}.delete`,
    httpMethod: 'DELETE',
    path: `/v3/${collection}/{id}`,
    audit: tagAudit(`${kind}s.Delete${kind}`),
    run(state, { params, caller }) {
      const name = `${collection}/${params.id}`;
      const resource = toWire(state, kind, name);
      authorize(state, caller, `resourcemanager.${collection}.delete`, name);
      return startOperation(state, `Delete${kind}`, kind, () => {
        checkIsUnused(state, kind, name);
        state[collection].delete(name);
        state.policies.delete(name);
        return resource;
      });
    },
  };
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys/delete */
export const deleteTagKey = deletion('TagKey');
/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues/delete */
export const deleteTagValue = deletion('TagValue');

const Body = message({
  name: z.string().optional(),
  etag: z.string().optional(),
  description: z.string().max(256).default(''),
});

const patch = (kind: Kind): ApiMethod => {
  const collection = collectionOf(kind);
  return {
    api: 'cloudresourcemanager',
    name: `${collection}.patch`,
    httpMethod: 'PATCH',
    path: `/v3/${collection}/{id}`,
    audit: tagAudit(`${kind}s.Update${kind}`),
    run(state, { params, query, body, caller }) {
      const name = `${collection}/${params.id}`;
      const { description } = parseMessage(Body, body);
      const tag: TagKey | TagValue = tagNamed<TagKey | TagValue>(state[collection], name);
      authorize(state, caller, `resourcemanager.${collection}.update`, name);
      const mask = fieldMask(query.get('updateMask'));
      if (mask.some((field) => field !== 'description')) {
        throw new ApiError('INVALID_ARGUMENT', 'The update mask may contain description only.');
      }
      return startOperation(state, `Update${kind}`, kind, () => {
        tag.description = description;
        return toWire(state, kind, name);
      });
    },
  };
};

/** The description only. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys/patch */
export const patchTagKey = patch('TagKey');
/** The description only. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues/patch */
export const patchTagValue = patch('TagValue');
