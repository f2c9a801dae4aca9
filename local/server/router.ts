import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';

export type Route = {
  readonly apiMethod: ApiMethod;
  readonly params: Readonly<Record<string, string>>;
};

type Compiled = {
  readonly apiMethod: ApiMethod;
  readonly pattern: RegExp;
  readonly names: readonly string[];
};

/**
 * Finds the apiMethod of a request among all of them.
 *
 * @returns a function of httpMethod and path as it came, still percent-encoded: an encoded slash is part of a name
 */
export function routerOf(
  apiMethods: readonly ApiMethod[],
): (httpMethod: string, path: string) => Route | undefined {
  const byLength = new Map<string, Compiled[]>();
  const deep: Compiled[] = [];
  for (const apiMethod of apiMethods) {
    const compiled = compile(apiMethod);
    if (apiMethod.path.includes('=**}')) deep.push(compiled);
    else {
      const key = `${apiMethod.httpMethod} ${apiMethod.path.split('/').length}`;
      byLength.set(key, [...(byLength.get(key) ?? []), compiled]);
    }
  }
  return (httpMethod, path) => {
    for (const { apiMethod, pattern, names } of [
      ...(byLength.get(`${httpMethod} ${path.split('/').length}`) ?? []),
      ...deep,
    ]) {
      const match = apiMethod.httpMethod === httpMethod ? pattern.exec(path) : null;
      if (match === null) continue;
      return {
        apiMethod,
        params: Object.fromEntries(names.map((n, i) => [n, decode(match[i + 1])])),
      };
    }
    return undefined;
  };
}

function compile(apiMethod: ApiMethod): Compiled {
  const names: string[] = [];
  const source = apiMethod.path.replace(
    /\{(\w+)(=\*\*)?\}|[^{]+/g,
    (part, name?: string, several?: string) => {
      if (name === undefined) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      names.push(name);
      return several ? '(.+?)' : '([^/:]+)';
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
