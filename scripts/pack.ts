import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm pack` runs `node scripts/pack.ts prepack` before it makes the package, and `node scripts/pack.ts postpack` after. What is packed is the reader:
// the package.json of the repository names what the functions and the command line need, and a workload needs none of it.

const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const MANIFEST = inRoot('package.json');
/** The package.json of the repository while the other one stands in its place. */
const KEPT = inRoot('build/package.kept.json');

/**
 * google-auth-library 10 runs on Node 20, and 11 needs 22: npm takes the newest that runs on the Node at hand, and shares it with Google's own
 * clients. Before 10.1 an AuthClient has no `fetch`.
 */
const DEPENDENCIES = { 'google-auth-library': '^10.1.0 || ^11.0.0' };
/** The first Node in which a CommonJS module may `require` an ES module. */
const ENGINES = { node: '>=20.19' };

/** The package.json that is published. */
export function published(repository: string): string {
  const { name, version, description, license, type, files, exports } = JSON.parse(
    repository,
  ) as Readonly<Record<string, unknown>>;
  const manifest = {
    name,
    version,
    description,
    license,
    type,
    sideEffects: false,
    engines: ENGINES,
    files,
    exports,
    dependencies: DEPENDENCIES,
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** @param npm the process that packs */
function prepack(npm: number): void {
  postpack(); // of one that was killed together with its watch
  rmSync(inRoot('build/package'), { recursive: true, force: true });
  const tsc = [inRoot('node_modules/typescript/bin/tsc'), '-p', inRoot('tsconfig.reader.json')];
  execFileSync(process.execPath, tsc, { stdio: 'inherit' });

  copyFileSync(MANIFEST, KEPT);
  const watch = [fileURLToPath(import.meta.url), 'watch', String(npm)];
  spawn(process.execPath, watch, { detached: true, stdio: 'ignore' }).unref();
  writeFileSync(`${MANIFEST}.next`, published(readFileSync(KEPT, 'utf8')));
  renameSync(`${MANIFEST}.next`, MANIFEST);
}

/** Puts package.json back, unless somebody has done so, or has written another since. */
function postpack(): void {
  try {
    const kept = readFileSync(KEPT, 'utf8');
    if (readFileSync(MANIFEST, 'utf8') === published(kept)) renameSync(KEPT, MANIFEST);
    else rmSync(KEPT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** npm runs no `postpack` when it fails or is killed. */
function watch(npm: number): void {
  const timer = setInterval(() => {
    try {
      process.kill(npm, 0);
    } catch {
      clearInterval(timer);
      postpack();
    }
  }, 100);
}

if (import.meta.main) {
  const [, , stage, pid] = process.argv;
  if (stage === 'prepack') prepack(process.ppid);
  if (stage === 'postpack') postpack();
  if (stage === 'watch') watch(Number(pid));
}
