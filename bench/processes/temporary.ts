import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | undefined;

/** @returns a new directory. All of them are deleted when this process exits, even after Ctrl-C */
export function temporary(): string {
  root ??= open();
  return mkdtempSync(join(root, 'part-'));
}

function open(): string {
  const opened = mkdtempSync(join(tmpdir(), 'hopmint-bench-'));
  process.once('exit', () => rmSync(opened, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return opened;
}
