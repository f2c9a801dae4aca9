import type { ApiMethod } from '../core/api-method.ts';
import type { Api, Description } from './description.ts';
import data from './google-apis.json' with { type: 'json' };
import { NEWER_FIELDS } from './newer-fields.ts';

const APIS = Object.fromEntries(
  Object.entries(data.apis as unknown as Readonly<Record<string, Api>>).map(([name, api]) => [
    name,
    withNewerFields(api, NEWER_FIELDS[name] ?? {}),
  ]),
);

function withNewerFields({ methods, types }: Api, newer: Api['types']): Api {
  const merged = Object.entries(newer).map(([name, fields]) => [
    name,
    { ...types[name], ...fields },
  ]);
  return { methods, types: { ...types, ...Object.fromEntries(merged) } };
}

/** The revision of the extract. */
export const SOURCE: string = data.source;

/** @returns `secretmanager v1` and `GET /v1/projects/{}/secrets`: where the extract has the method */
export function keyOf({ api, httpMethod, path }: Pick<ApiMethod, 'api' | 'httpMethod' | 'path'>): {
  readonly api: string;
  readonly method: string;
} {
  const shape = path
    .replace(/^\/(upload|download)\//, '/')
    .replace(/\{[^}]*\}/g, '{}')
    .replace('/tagBindings/{}/tagValues/{}', '/tagBindings/{}');
  const version = /^\/(?:storage\/|compute\/|apis\/[^/]+\/)?(v\d\w*)\//.exec(shape)?.[1] ?? '';
  return { api: `${api} ${version}`, method: `${httpMethod} ${shape}` };
}

const found = new Map<ApiMethod, Description | undefined>();

/** @returns undefined for `/_local/`, and for the OAuth methods, which no discovery document has */
export function descriptionOf(apiMethod: ApiMethod): Description | undefined {
  if (!found.has(apiMethod)) {
    const key = keyOf(apiMethod);
    const api = APIS[key.api];
    const method = api?.methods[key.method];
    found.set(apiMethod, api && method ? { api, method } : undefined);
  }
  return found.get(apiMethod);
}
