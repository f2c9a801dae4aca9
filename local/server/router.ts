import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';

export type Route = {
  readonly apiMethod: ApiMethod;
  readonly params: Readonly<Record<string, string>>;
};

type CompiledPath = {
  readonly apiMethod: ApiMethod;
  readonly pattern: RegExp;
  readonly names: readonly string[];
};

/**
 * Finds the API method of a request.
 *
 * @returns a function of the HTTP method and the percent-encoded path. The path must not be decoded: an encoded slash is part
 * of a name, not a separator
 */
export function routerOf(
  apiMethods: readonly ApiMethod[],
): (httpMethod: string, path: string) => Route | undefined {
  const bySegmentCount = new Map<string, CompiledPath[]>();
  const anySegmentCount: CompiledPath[] = [];
  for (const apiMethod of apiMethods) {
    const compiled = compile(apiMethod);
    if (apiMethod.path.includes('=**}')) anySegmentCount.push(compiled);
    else {
      const key = `${apiMethod.httpMethod} ${apiMethod.path.split('/').length}`;
      bySegmentCount.set(key, [...(bySegmentCount.get(key) ?? []), compiled]);
    }
  }
  return (httpMethod, path) => {
    for (const { apiMethod, pattern, names } of [
      ...(bySegmentCount.get(`${httpMethod} ${path.split('/').length}`) ?? []),
      ...anySegmentCount,
    ]) {
      const match = apiMethod.httpMethod === httpMethod ? pattern.exec(path) : null;
      if (match === null) continue;
      const params = names.map((name, i) => [name, decode(match[i + 1])]);
      return { apiMethod, params: Object.fromEntries(params) };
    }
    return undefined;
  };
}

function compile(apiMethod: ApiMethod): CompiledPath {
  const names: string[] = [];
  const source = apiMethod.path.replace(
    /\{(\w+)(=\*\*)?\}|[^{]+/g,
    (part, name?: string, severalSegments?: string) => {
      if (name === undefined) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      names.push(name);
      // A colon begins a verb, except after the domain of a project ID: `example.com:acme`.
      return severalSegments ? '(.+?)' : '((?:[a-z0-9-]+(?:\\.[a-z0-9-]+)+:)?[^/:]+)';
    },
  );
  return { apiMethod, names, pattern: new RegExp(`^${source}$`) };
}

function decode(segment = ''): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError('INVALID_ARGUMENT', 'The path is not valid percent-encoding.');
  }
}
