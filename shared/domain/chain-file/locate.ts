import { formatPath, type Path, type Remark, sortFaults } from '../yaml/fault.ts';
import { type Fault, faultIn } from './fault.ts';
import type { Part, PlacedChain } from './sources.ts';

/** Where a path of the whole chain file is written: in which text, and at which path of that text. */
type Written = { readonly part: Part | undefined; readonly path: Path };

/**
 * Locates the parts of a chain file in its texts. Indices of `chains` count the chains of all texts, in order; every other path is in
 * the text with the settings.
 */
export function locator(
  parts: readonly Part[],
  settings: Part | undefined,
  chains: readonly PlacedChain[],
): {
  readonly faultsOf: (faults: readonly Fault[], remarks: readonly Remark[]) => Fault[];
  /** As in `chains.yaml:12`; the path where the text has a syntax error before it. */
  readonly placeOf: (path: Path) => string;
} {
  const writtenAt = (path: Path): Written => {
    const [top, index, ...rest] = path;
    const chain = top === 'chains' && typeof index === 'number' ? chains[index] : undefined;
    return chain
      ? { part: chain.part, path: ['chains', chain.index, ...rest] }
      : { part: settings, path };
  };
  const faultOf = (remark: Remark): Fault[] => {
    const { part, path } = writtenAt(remark.path);
    const fault = part?.document.locate({ ...remark, path });
    return part && fault ? [faultIn(part.path, fault)] : [];
  };
  return {
    faultsOf: (faults, remarks) => {
      const all = [...faults, ...remarks.flatMap(faultOf)];
      const known = new Set(parts.map(({ path }) => path));
      return [
        ...all.filter(({ source }) => !known.has(source)),
        ...parts.flatMap(({ path }) => sortFaults(all.filter(({ source }) => source === path))),
      ];
    },
    placeOf: (path) => {
      const written = writtenAt(path);
      const line = written.part?.document.lineOf(written.path);
      return written.part && line !== undefined ? `${written.part.path}:${line}` : formatPath(path);
    },
  };
}
