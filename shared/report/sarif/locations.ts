import type { Finding } from '../../domain/audit/finding/finding.ts';
import { printable } from '../../domain/basics/text/printable.ts';
import type { ChainPosition } from '../../domain/chain/chain.ts';
import type { ShownReport } from '../words/shown-report.ts';

/** The most locations of one result. Code scanning shows the first one. */
const LOCATIONS_AT_MOST = 10;

/**
 * The locations of a finding: the lines of its chains in the chain file, and the name of its resource. If no line is known, the location is the
 * first line of the first file, because code scanning drops a result that is in no file.
 */
export function locationsIn(report: ShownReport): (finding: Finding) => object[] {
  const { sources } = report.chainFile;
  const indices = new Map(sources.map(({ path }, index) => [path, index]));
  const positions = new Map(report.chains.map(({ name, source }) => [name, source]));
  const [first] = sources;
  const physical = (position: ChainPosition | null | undefined) => {
    const { path, line } = position ?? { path: first?.path, line: 1 };
    return (
      path !== undefined && {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path), index: indices.get(path) ?? 0 },
          region: { startLine: line },
        },
      }
    );
  };
  return ({ chain, chains, evidence }) => {
    const names = chain === undefined ? chains : [chain];
    const resource = logical(evidence.resource, 'resource');
    if (names.length === 0) return [{ ...physical(undefined), logicalLocations: [resource] }];
    return names.slice(0, LOCATIONS_AT_MOST).map((name) => ({
      ...physical(positions.get(name)),
      logicalLocations: [logical(name, 'chain'), resource],
    }));
  };
}

/** An absolute path becomes a `file://` URI, and a relative path a relative reference. `gs://…` is a URI already. */
export function uriOf(path: string): string {
  if (path.startsWith('gs://')) return encodeURI(path);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded.replace(/^\.\//, '');
}

export const logical = (name: string, kind: string): object => ({
  name: printable(name.split('/').at(-1) || name),
  fullyQualifiedName: printable(name),
  kind,
});
