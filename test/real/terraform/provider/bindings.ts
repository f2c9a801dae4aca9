import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** HashiCorp generated these bindings from the schemas of the providers, version 6.50.0. */
const PACKAGES = {
  google: '@cdktf/provider-google@16.12.1',
  'google-beta': '@cdktf/provider-google-beta@16.12.1',
} as const;

export type Provider = keyof typeof PACKAGES;
export const PROVIDERS = Object.keys(PACKAGES) as Provider[];

const run = promisify(execFile);

export type Kind = 'provider' | 'resource' | 'data';

export type Bindings = {
  /** The bindings of a type as TypeScript, which is never run. Undefined where the provider has no such type. */
  source(provider: Provider, kind: Kind, type: string): Promise<string | undefined>;
  close(): Promise<void>;
};

/** The folder in the package: google has `google_pubsub_topic` in `pubsub-topic`, and google-beta in `google-pubsub-topic`. */
function folderOf(provider: Provider, kind: Kind, type: string): string {
  if (kind === 'provider') return 'provider';
  const name = type.replaceAll('_', '-');
  if (kind === 'data') return `data-${name}`;
  return provider === 'google' ? name.replace(/^google-/, '') : name;
}

/** Fetches each package, about 30 MB, when it is first needed, into a folder that `close` removes. */
export async function openBindings(): Promise<Bindings> {
  const directory = await mkdtemp(join(tmpdir(), 'bindings-'));
  const fetched = new Map<Provider, Promise<string>>();
  const fetchOnce = (provider: Provider): Promise<string> => {
    const library =
      fetched.get(provider) ?? fetchPackage(PACKAGES[provider], join(directory, provider));
    fetched.set(provider, library);
    return library;
  };
  return {
    async source(provider, kind, type) {
      const library = await fetchOnce(provider);
      const path = join(library, folderOf(provider, kind, type), 'index.js');
      const script = await readFile(path, 'utf8').catch(() => undefined);
      return script === undefined ? undefined : sourceIn(script);
    },
    async close() {
      await Promise.allSettled(fetched.values());
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @returns the folder of the package's library */
async function fetchPackage(name: string, directory: string): Promise<string> {
  await mkdir(directory);
  const { stdout } = await run('npm', ['pack', name, '--silent', '--pack-destination', '.'], {
    cwd: directory,
  });
  await run('tar', ['-xzf', stdout.trim(), '--wildcards', 'package/lib/*/index.js'], {
    cwd: directory,
  });
  return join(directory, 'package/lib');
}

/** The TypeScript from the source map at the end of a script. The compiled script has no types. */
function sourceIn(script: string): string {
  const encoded = script.slice(script.lastIndexOf('base64,') + 'base64,'.length);
  const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sourcesContent: string[] };
  return map.sourcesContent.join('\n');
}
