import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { tagAudit } from '../audit.ts';
import { startOperation } from '../operation.ts';
import {
  checkShortName,
  namespacedValue,
  newTagId,
  parseNewTag,
  tagNamed,
  toTagValue,
} from './tag-resource.ts';

const common = { api: 'cloudresourcemanager' } as const;

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues/create */
export const createTagValue: ApiMethod = {
  ...common,
  name: 'tagValues.create',
  httpMethod: 'POST',
  path: '/v3/tagValues',
  audit: tagAudit('TagValues.CreateTagValue'),
  run(state, { body, caller }) {
    const { parent, ...fields } = parseNewTag(body);
    authorize(state, caller, 'resourcemanager.tagValues.create', parent);
    tagNamed(state.tagKeys, parent);
    return startOperation(state, 'CreateTagValue', 'TagValue', () => {
      checkShortName(state, state.tagValues, 'TagValue', parent, fields.shortName);
      const name = `tagValues/${newTagId(state)}`;
      const value = { name, parent, ...fields, createTime: state.now().toISOString() };
      state.tagValues.set(name, value);
      return toTagValue(state, value);
    });
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues/get */
export const getTagValue: ApiMethod = {
  ...common,
  name: 'tagValues.get',
  httpMethod: 'GET',
  path: '/v3/tagValues/{value}',
  run(state, { params, caller }) {
    const name = `tagValues/${params.value}`;
    const tag = tagNamed(state.tagValues, name);
    authorize(state, caller, 'resourcemanager.tagValues.get', name);
    return toTagValue(state, tag);
  },
};

/** By the namespaced name, such as `900000000001/env/prod`. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues/getNamespaced */
export const getNamespacedTagValue: ApiMethod = {
  ...common,
  name: 'tagValues.getNamespaced',
  httpMethod: 'GET',
  path: '/v3/tagValues/namespaced',
  run(state, { query, caller }) {
    const value = [...state.tagValues.values()].find(
      (one) => namespacedValue(state, one) === query.get('name'),
    );
    const name = value?.name ?? 'tagValues/unknown';
    const tag = tagNamed(state.tagValues, name);
    authorize(state, caller, 'resourcemanager.tagValues.get', name);
    return toTagValue(state, tag);
  },
};

/** The values of one key, on one page. @see https://cloud.google.com/resource-manager/reference/rest/v3/tagValues/list */
export const listTagValues: ApiMethod = {
  ...common,
  name: 'tagValues.list',
  httpMethod: 'GET',
  path: '/v3/tagValues',
  run(state, { query, caller }) {
    const parent = query.get('parent') ?? '';
    authorize(state, caller, 'resourcemanager.tagValues.list', parent);
    const values = [...state.tagValues.values()].filter((value) => value.parent === parent);
    return values.length > 0 ? { tagValues: values.map((v) => toTagValue(state, v)) } : {};
  },
};
