import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm pack` runs `node scripts/pack.ts prepack` before it makes the package, and `node scripts/pack.ts postpack` after. The package is
// hopmint/reader. It needs a package.json without the dependencies of the functions and of the command line, so `prepack` replaces the
// repository's package.json. `postpack` restores it.

const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const MANIFEST = inRoot('package.json');
/** Has the repository's package.json while the reader's package.json is in its place. */
const BACKUP = inRoot('build/package.backup.json');

/**
 * google-auth-library 10 runs on Node 20, and 11 needs Node 22. npm installs the newest one that the workload's Node can run, and Google's
 * own clients use the same copy. Before 10.1 an AuthClient has no `fetch`.
 */
const DEPENDENCIES = { 'google-auth-library': '^10.1.0 || ^11.0.0' };
/** The first Node in which a CommonJS module may `require` an ES module. */
const ENGINES = { node: '>=20.19' };

/** @param repository the text of the repository's package.json */
export function readerManifest(repository: string): string {
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

/** @param npm the ID of npm's process */
function prepack(npm: number): void {
  postpack(); // an earlier run and its watch may both have been killed
  rmSync(inRoot('build/package'), { recursive: true, force: true });
  const tsc = [inRoot('node_modules/typescript/bin/tsc'), '-p', inRoot('tsconfig.reader.json')];
  execFileSync(process.execPath, tsc, { stdio: 'inherit' });

  copyFileSync(MANIFEST, BACKUP);
  const watch = [fileURLToPath(import.meta.url), 'watch', String(npm)];
  spawn(process.execPath, watch, { detached: true, stdio: 'ignore' }).unref();
  writeFileSync(`${MANIFEST}.next`, readerManifest(readFileSync(BACKUP, 'utf8')));
  renameSync(`${MANIFEST}.next`, MANIFEST);
}

/** Puts the repository's package.json back, unless that has happened already or somebody has edited package.json since. */
function postpack(): void {
  try {
    const backup = readFileSync(BACKUP, 'utf8');
    if (readFileSync(MANIFEST, 'utf8') === readerManifest(backup)) renameSync(BACKUP, MANIFEST);
    else rmSync(BACKUP);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Runs `postpack` when npm has ended: npm does not run it when packing fails or when npm is killed. */
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
