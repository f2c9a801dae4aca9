import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { effectiveTags } from '../../../authorization/conditions/tags.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { tagAudit } from '../audit.ts';
import { startOperation } from '../operation.ts';
import { namespacedValue, resourceNamed, tagNamed, toTagBinding } from './tag-resource.ts';

const Body = message({
  parent: z.string(),
  tagValue: z.string().optional(),
  tagValueNamespacedName: z.string().optional(),
});
const common = { api: 'cloudresourcemanager' } as const;

/**
 * Binds a tag value to a resource. The caller needs the permission on both.
 *
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/tagBindings/create
 */
export const createTagBinding: ApiMethod = {
  ...common,
  name: 'tagBindings.create',
  httpMethod: 'POST',
  path: '/v3/tagBindings',
  audit: tagAudit('TagBindings.CreateTagBinding'),
  run(state, { body, caller }) {
    const { parent, tagValue, tagValueNamespacedName } = parseMessage(Body, body);
    const named = [...state.tagValues.values()].find(
      (one) => namespacedValue(state, one) === tagValueNamespacedName,
    );
    const name = tagValue ?? named?.name ?? '';
    authorize(state, caller, 'resourcemanager.tagValueBindings.create', name);
    const value = tagNamed(state.tagValues, name);
    const resource = resourceNamed(state, parent);
    authorize(state, caller, 'resourcemanager.tagValueBindings.create', resource);
    const bound = state.tagBindings.get(resource) ?? new Set();
    if (bound.has(name)) {
      throw new ApiError(
        'ALREADY_EXISTS',
        'A binding already exists between the given resource and TagValue.',
      );
    }
    const hasSameKey = [...bound].some((b) => state.tagValues.get(b)?.parent === value.parent);
    if (hasSameKey) {
      throw new ApiError(
        'FAILED_PRECONDITION',
        'The resource already has a value of this tag key.',
      );
    }
    state.tagBindings.set(resource, bound.add(name));
    return startOperation(state, 'CreateTagBinding', 'TagBinding', () =>
      toTagBinding(state, resource, value),
    );
  },
};

/** The tags of a resource itself, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagBindings/list */
export const listTagBindings: ApiMethod = {
  ...common,
  name: 'tagBindings.list',
  httpMethod: 'GET',
  path: '/v3/tagBindings',
  run(state, { query, caller }) {
    const resource = resourceNamed(state, query.get('parent') ?? '');
    authorize(state, caller, 'resourcemanager.hierarchyNodes.listTagBindings', resource);
    const bound = [...(state.tagBindings.get(resource) ?? [])].map((name) =>
      toTagBinding(state, resource, tagNamed(state.tagValues, name)),
    );
    return bound.length > 0 ? { tagBindings: bound } : {};
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagBindings/delete */
export const deleteTagBinding: ApiMethod = {
  ...common,
  name: 'tagBindings.delete',
  httpMethod: 'DELETE',
  path: '/v3/tagBindings/{resource}/tagValues/{value}',
  audit: tagAudit('TagBindings.DeleteTagBinding'),
  run(state, { params, caller }) {
    const resource = resourceNamed(state, params.resource ?? '');
    const name = `tagValues/${params.value}`;
    authorize(state, caller, 'resourcemanager.tagValueBindings.delete', name);
    authorize(state, caller, 'resourcemanager.tagValueBindings.delete', resource);
    if (!state.tagBindings.get(resource)?.delete(name)) {
      throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
    }
    return startOperation(state, 'DeleteTagBinding', 'Empty', () => ({}));
  },
};

/** The tags that a resource has itself or inherits, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/effectiveTags/list */
export const listEffectiveTags: ApiMethod = {
  ...common,
  name: 'effectiveTags.list',
  httpMethod: 'GET',
  path: '/v3/effectiveTags',
  run(state, { query, caller }) {
    const resource = resourceNamed(state, query.get('parent') ?? '');
    authorize(state, caller, 'resourcemanager.hierarchyNodes.listEffectiveTags', resource);
    const tags = effectiveTags(state, resource).map(({ key, value, boundTo }) => ({
      tagValue: value.name,
      namespacedTagValue: namespacedValue(state, value),
      tagKey: key.name,
      namespacedTagKey: namespacedValue(state, value).slice(0, -value.shortName.length - 1),
      tagKeyParentName: key.parent,
      ...(boundTo !== resource && { inherited: true }),
    }));
    return tags.length > 0 ? { effectiveTags: tags } : {};
  },
};
