import type { Action } from '../core/action.ts';
import { Status } from '../core/status.ts';

export type Route = { readonly action: Action; readonly params: Readonly<Record<string, string>> };

type Compiled = {
  readonly action: Action;
  readonly pattern: RegExp;
  readonly names: readonly string[];
};

/**
 * Finds the action of a request among all of them.
 *
 * @returns a function of verb and path as it came, still percent-encoded: an encoded slash is part of a name
 */
export function routerOf(
  actions: readonly Action[],
): (verb: string, path: string) => Route | undefined {
  const byLength = new Map<string, Compiled[]>();
  const deep: Compiled[] = [];
  for (const action of actions) {
    const compiled = compile(action);
    if (action.path.includes('=**}')) deep.push(compiled);
    else {
      const key = `${action.verb} ${action.path.split('/').length}`;
      byLength.set(key, [...(byLength.get(key) ?? []), compiled]);
    }
  }
  return (verb, path) => {
    for (const { action, pattern, names } of [
      ...(byLength.get(`${verb} ${path.split('/').length}`) ?? []),
      ...deep,
    ]) {
      const match = action.verb === verb ? pattern.exec(path) : null;
      if (match === null) continue;
      return { action, params: Object.fromEntries(names.map((n, i) => [n, decode(match[i + 1])])) };
    }
    return undefined;
  };
}

function compile(action: Action): Compiled {
  const names: string[] = [];
  const source = action.path.replace(
    /\{(\w+)(=\*\*)?\}|[^{]+/g,
    (part, name?: string, several?: string) => {
      if (name === undefined) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      names.push(name);
      return several ? '(.+?)' : '([^/:]+)';
    },
  );
  return { action, names, pattern: new RegExp(`^${source}$`) };
}

function decode(segment = ''): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Status('INVALID_ARGUMENT', 'The path is not valid percent-encoding.');
  }
}
