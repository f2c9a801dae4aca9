import { basename } from 'node:path';
import type { Result } from '../../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { compile, remainingPauses } from '../../../shared/domain/published/compile.ts';
import type { OperatorPause } from '../../../shared/domain/published/header.ts';
import { type Published, readPublished } from '../../../shared/domain/published/read.ts';
import type { OpenedFile } from '../../operator/chain-file.ts';
import { type Changes, changesBetween } from './changes.ts';
import type { Checkout } from './git.ts';

/** The published file that would be written, and how it differs from the one that the functions use now. */
export type Draft = {
  readonly text: string;
  readonly digest: string;
  readonly chains: number;
  readonly commit?: string;
  readonly changes: Changes;
  /** Pauses of the operator that the new file keeps. */
  readonly pauses: readonly OperatorPause[];
};

/**
 * Compiles a chain file. The paths in it start at the root of the git repository. Outside of a repository they are the names of the
 * files, so that the published file says nothing about this machine.
 *
 * @param before what the functions use now
 */
export function draftOf(
  { file, sources }: Pick<OpenedFile, 'file' | 'sources'>,
  checkout: Result<Checkout, string>,
  before: Published | undefined,
  now: Date,
): Draft {
  const pathOf = (path: string) => {
    if (path.startsWith('gs://')) return path;
    return checkout.ok ? checkout.value.pathOf(path) : basename(path);
  };
  const moved: ChainFile = {
    ...file,
    chains: file.chains.map(({ source, ...chain }) => ({
      ...chain,
      ...(source && { source: { ...source, path: pathOf(source.path) } }),
    })),
  };
  const pauses = remainingPauses(file, before?.pauses ?? [], now);
  const text = compile(moved, {
    sources: sources.map(({ path, sha256 }) => ({ path: pathOf(path), sha256 })),
    ...(checkout.ok && { commit: checkout.value.commit }),
    pauses,
  });
  // What is published is what the functions read: it is read here first.
  const compiled = readPublished(text);
  if (!compiled.ok) throw new Error(`the compiled file cannot be read: ${compiled.error}`);
  return {
    text,
    digest: compiled.value.digest,
    chains: file.chains.length,
    ...(checkout.ok && { commit: checkout.value.commit }),
    changes: changesBetween(before?.file, compiled.value.file),
    pauses,
  };
}
