import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keyOf } from '../../local/discovery/methods.ts';
import { API_METHODS } from '../../local/server/api-methods.ts';

const PROGRAM = fileURLToPath(new URL('extract.py', import.meta.url));

/**
 * The extract of Google's discovery documents, for the methods that the local cloud has.
 *
 * @param sdk the folder of a Google Cloud SDK
 * @returns JSON
 */
export function extractOf(sdk: string): string {
  const methods = API_METHODS.filter(({ api }) => api !== 'local' && api !== 'oauth2')
    .map(keyOf)
    .map(({ api, method }) => `${api} ${method}`);
  return execFileSync(`${sdk}/platform/bundledpythonunix/bin/python3`, [PROGRAM, sdk], {
    input: [...new Set(methods)].toSorted().join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}
