import { authorize } from '../../../authorization/authorize.ts';
import { namespacedKey } from '../../../authorization/conditions/tags.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import type { State } from '../../../state/state.ts';
import { tagAudit } from '../audit.ts';
import { startOperation } from '../operation.ts';
import { checkShortName, newTagId, parseNewTag, tagNamed, toTagKey } from './tag-resource.ts';

const common = { api: 'cloudresourcemanager' } as const;

const parentIn = (state: State, parent: string): string => {
  const [kind, id = ''] = parent.split('/');
  return kind === 'projects' ? `projects/${projectIdOf(state, id)}` : parent;
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys/create */
export const createTagKey: ApiMethod = {
  ...common,
  name: 'tagKeys.create',
  httpMethod: 'POST',
  path: '/v3/tagKeys',
  audit: tagAudit('TagKeys.CreateTagKey'),
  run(state, { body, caller }) {
    const { parent: named, ...fields } = parseNewTag(body);
    const parent = parentIn(state, named);
    authorize(state, caller, 'resourcemanager.tagKeys.create', parent);
    return startOperation(state, 'CreateTagKey', 'TagKey', () => {
      checkShortName(state, state.tagKeys, 'TagKey', parent, fields.shortName);
      const name = `tagKeys/${newTagId(state)}`;
      const key = { name, parent, ...fields, createTime: state.now().toISOString() };
      state.tagKeys.set(name, key);
      return toTagKey(state, key);
    });
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys/get */
export const getTagKey: ApiMethod = {
  ...common,
  name: 'tagKeys.get',
  httpMethod: 'GET',
  path: '/v3/tagKeys/{key}',
  run(state, { params, caller }) {
    const name = `tagKeys/${params.key}`;
    const tag = tagNamed(state.tagKeys, name);
    authorize(state, caller, 'resourcemanager.tagKeys.get', name);
    return toTagKey(state, tag);
  },
};

/** By the namespaced name, such as `900000000001/env`. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys/getNamespaced */
export const getNamespacedTagKey: ApiMethod = {
  ...common,
  name: 'tagKeys.getNamespaced',
  httpMethod: 'GET',
  path: '/v3/tagKeys/namespaced',
  run(state, { query, caller }) {
    const key = [...state.tagKeys.values()].find((k) => namespacedKey(k) === query.get('name'));
    const name = key?.name ?? 'tagKeys/unknown';
    const tag = tagNamed(state.tagKeys, name);
    authorize(state, caller, 'resourcemanager.tagKeys.get', name);
    return toTagKey(state, tag);
  },
};

/** The keys of one parent, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys/list */
export const listTagKeys: ApiMethod = {
  ...common,
  name: 'tagKeys.list',
  httpMethod: 'GET',
  path: '/v3/tagKeys',
  run(state, { query, caller }) {
    const parent = parentIn(state, query.get('parent') ?? '');
    authorize(state, caller, 'resourcemanager.tagKeys.list', parent);
    const keys = [...state.tagKeys.values()].filter((key) => key.parent === parent);
    return keys.length > 0 ? { tagKeys: keys.map((key) => toTagKey(state, key)) } : {};
  },
};
