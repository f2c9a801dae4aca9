import type { Chain } from '../../domain/chain/chain.ts';
import type { CompiledSource } from '../../domain/published/header.ts';

/** The files that a chain file is written in, and the line on which each chain begins. */
export type WrittenFiles = {
  readonly files: readonly { readonly uri: string; readonly sha256: string }[];
  /** By the name of the chain. `file` is an index of `files`. */
  readonly chains: ReadonlyMap<string, { readonly file: number; readonly line: number }>;
};

/** An absolute path becomes a `file://` URI, and a relative path a relative reference; `gs://…` is a URI already. */
const uriOf = (path: string): string => {
  if (path.startsWith('gs://')) return encodeURI(path);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded.replace(/^\.\//, '');
};

/** @param files every file that a chain names as its source */
export function writtenFilesOf(
  chains: readonly Chain[],
  files: readonly CompiledSource[],
): WrittenFiles {
  const indices = new Map(files.map(({ path }, index) => [path, index]));
  return {
    files: files.map(({ path, sha256 }) => ({ uri: uriOf(path), sha256 })),
    chains: new Map(
      chains.flatMap(({ name, source }) => {
        const file = source && indices.get(source.path);
        return file === undefined ? [] : [[name, { file, line: source?.line ?? 1 }] as const];
      }),
    ),
  };
}
