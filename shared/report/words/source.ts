import { hint } from '../../domain/yaml/fault.ts';
import { parseYaml } from '../../domain/yaml/parse.ts';
import type { Showing } from './shown-report.ts';

type Source = NonNullable<Showing['source']>;

/** A path from where somebody stands, or from the root, as a URI; `gs://…` is one. */
const uriOf = (place: string): string => {
  if (place.startsWith('gs://')) return encodeURI(place);
  const path = place.split('/').map(encodeURIComponent).join('/');
  return place.startsWith('/') ? `file://${path}` : path.replace(/^\.\//, '');
};

/** Where a chain file is, and on which line of its text each chain begins. */
export function sourceIn(place: string, text: string): Source {
  const { value, locate } = parseYaml(text);
  const { chains } = (value ?? {}) as { chains?: unknown };
  const lines = (Array.isArray(chains) ? (chains as unknown[]) : []).flatMap((chain, i) => {
    const { name } = (chain ?? {}) as { name?: unknown };
    const line = locate(hint(['chains', i], ''))?.line;
    return typeof name === 'string' && line !== undefined ? [[name, line] as const] : [];
  });
  return { uri: uriOf(place), lines: new Map(lines) };
}
