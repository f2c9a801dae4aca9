import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { camelCase } from '../core/proto-json.ts';
import { type JsonFault, jsonFault } from './check-json.ts';
import { descriptionOf } from './methods.ts';

/** @see https://cloud.google.com/apis/docs/system-parameters */
const SYSTEM_PARAMETERS = new Set([
  '$.xgafv',
  '$alt',
  '$fields',
  '$key',
  '$prettyPrint',
  '$userProject',
  'access_token',
  'alt',
  'callback',
  'fields',
  'key',
  'oauth_token',
  'prettyPrint',
  'quotaUser',
  'uploadType',
  'upload_protocol',
  'userIp',
  'userProject',
]);

const PROTO_TYPES: Readonly<Record<string, string>> = {
  string: 'TYPE_STRING',
  boolean: 'TYPE_BOOL',
  int32: 'TYPE_INT32',
  int64: 'TYPE_INT64',
  number: 'TYPE_DOUBLE',
  bytes: 'TYPE_BYTES',
  enum: 'TYPE_ENUM',
};

/**
 * Refuses what Google refuses before the method sees the request: a query parameter or a field that the method lacks, or that has another
 * type. Cloud Storage ignores unknown names.
 *
 * @param body called only if the method has a body
 * @throws {ApiError} 400
 */
export function checkRequest(
  apiMethod: ApiMethod,
  query: URLSearchParams,
  body: () => unknown,
): void {
  const description = descriptionOf(apiMethod);
  if (description === undefined || apiMethod.api === 'storage') return;
  const { api, method } = description;
  for (const [name, text] of query) {
    if (SYSTEM_PARAMETERS.has(name)) continue;
    const type = method.query[name] ?? method.query[camelCase(name)];
    if (type === undefined) {
      throw invalid(
        `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
      );
    }
    const single = typeof type === 'object' && 'list' in type ? type.list : type;
    const fault = text === '' ? undefined : jsonFault(api, single, text, 'client', name);
    if (fault) throw invalid(textOf(fault));
  }
  if (method.request === null) return;
  const fault = jsonFault(api, method.request, body(), 'client');
  if (fault) throw invalid(textOf(fault), fault.path);
}

/** @returns what is wrong with a response of the local cloud, or undefined */
export function responseFault(apiMethod: ApiMethod, response: unknown): string | undefined {
  const description = descriptionOf(apiMethod);
  if (description === undefined) return undefined;
  const json: unknown = response ?? {};
  const fault = jsonFault(description.api, description.method.response, json, 'google');
  return fault && textOf(fault);
}

const invalid = (description: string, field = ''): ApiError =>
  new ApiError('INVALID_ARGUMENT', description, [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ ...(field && { field }), description }],
    },
  ]);

function textOf({ path, unknown, type = '', value }: JsonFault): string {
  const at = path === '' ? '' : ` at '${path}'`;
  if (unknown !== undefined) {
    return `Invalid JSON payload received. Unknown name "${unknown}"${at}: Cannot find field.`;
  }
  const shown = typeof value === 'object' ? '' : `, ${JSON.stringify(value)}`;
  return `Invalid value${at}${PROTO_TYPES[type] ? ` (${PROTO_TYPES[type]})${shown}` : ''}`;
}
