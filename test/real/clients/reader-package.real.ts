import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cloneRepository } from '../../reader/outside/clone.ts';
import { openReaderWorld, type ReaderWorld, SECRET } from '../../reader/world.ts';
import { NPM_ENV } from '../npm-env.ts';

const run = promisify(execFile);

let directory: string;
let tarball: string;
let world: ReaderWorld;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-versions-'));
  const clone = await cloneRepository();
  const pack = ['pack', '--json', '--pack-destination', directory];
  const { stdout } = await run('npm', pack, { cwd: clone.directory });
  await clone.remove();
  tarball = join(directory, (JSON.parse(stdout) as [{ filename: string }])[0].filename);
  world = await openReaderWorld(new Date());
  await world.store(await world.json());
});
afterAll(async () => {
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

/**
 * Installs a package in a new project.
 *
 * @param path the search path, which decides the version of Node
 */
async function install(name: string, what: string, path: string) {
  const project = join(directory, name);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{"private":true}\n');
  const env = { ...NPM_ENV, PATH: path };
  await run('npm', ['install', '--no-audit', '--no-fund', what], { cwd: project, env });
  const { stdout } = await run('npm', ['ls', '--all', '--parseable'], { cwd: project, env });
  const packages = stdout.trim().split('\n').slice(1);
  return { project, packages: packages.map((at) => at.replace(`${project}/`, '')).sort() };
}

const LIBRARY = /^node_modules\/google-auth-library$/;

describe.each([
  { node: 20, library: 10 },
  { node: 22, library: 11 },
  { node: 24, library: 11 },
])('The published package, installed with Node $node,', ({ node, library }) => {
  let path: string;
  beforeAll(async () => {
    const home = join(directory, `node-${node}`);
    await mkdir(home);
    await writeFile(join(home, 'package.json'), '{"private":true}\n');
    await run('npm', ['install', '--no-audit', '--no-fund', `node@${node}`], {
      cwd: home,
      env: NPM_ENV,
    });
    path = `${join(home, 'node_modules/.bin')}:${process.env.PATH}`;
    const { stdout } = await run('node', ['-v'], { env: { ...process.env, PATH: path } });
    expect(stdout).toMatch(new RegExp(`^v${node}\\.`));
  });

  it(`brings google-auth-library ${library}, and nothing else`, async () => {
    const alone = await install(`alone-${node}`, `google-auth-library@${library}`, path);
    const { project, packages } = await install(`reader-${node}`, tarball, path);
    expect(packages.some((at) => LIBRARY.test(at))).toBe(true);
    expect(packages).toEqual([...alone.packages, 'node_modules/hopmint'].sort());
    expect(await readdir(join(project, 'node_modules/.bin')).catch(() => [])).not.toContain(
      'hopmint',
    );
  });

  it.each([
    {
      module: 'an ES module',
      extension: 'mjs',
      load: "import { SecretCredential } from 'hopmint/reader';",
    },
    {
      module: 'a CommonJS module',
      extension: 'cjs',
      load: "const { SecretCredential } = require('hopmint/reader');",
    },
  ])('reads a credential in $module', async ({ extension, load }) => {
    const script = join(directory, `reader-${node}`, `read.${extension}`);
    await writeFile(
      script,
      `${load}
       const headers = new Headers({ authorization: 'Bearer ' + process.env.TOKEN });
       const auth = { getRequestHeaders: async () => headers };
       const signal = AbortSignal.timeout(10_000);
       const reader = new SecretCredential({ secret: '${SECRET}', auth });
       const statusOf = (url) => reader.fetch(url).then(({ status }) => status);
       Promise.all([reader.getCredential({ signal }), reader.getToken().then(() => statusOf(process.env.HOPMINT_CLOUD + '/_local/state'))])
         .then(([{ version, kind }, status]) => console.log(version, kind, status));`,
    );
    const env = { PATH: path, HOPMINT_CLOUD: world.local.url, TOKEN: world.token };
    const { stdout } = await run('node', [script], { env });
    expect(stdout).toBe('1 access-token 200\n');
  });
});
