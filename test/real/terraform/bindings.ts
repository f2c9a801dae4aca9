import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Bindings that the makers of Terraform generated from the providers' own schemas, those of 6.50.0. */
const PACKAGES = {
  google: '@cdktf/provider-google@16.12.1',
  'google-beta': '@cdktf/provider-google-beta@16.12.1',
} as const;

/** Both are by hashicorp. */
export type Provider = keyof typeof PACKAGES;
export const PROVIDERS = Object.keys(PACKAGES) as Provider[];

const run = promisify(execFile);

/** What a type is in Terraform's language. */
export type Kind = 'provider' | 'resource' | 'data';

export type Bindings = {
  /** The TypeScript of a type's bindings; none where the provider has no such type. It is read, and never run. */
  source(provider: Provider, kind: Kind, type: string): Promise<string | undefined>;
  close(): Promise<void>;
};

/** As the packages name their folders: `google_pubsub_topic` is in `pubsub-topic`, and with google-beta in `google-pubsub-topic`. */
function folderOf(provider: Provider, kind: Kind, type: string): string {
  if (kind === 'provider') return 'provider';
  const name = type.replaceAll('_', '-');
  if (kind === 'data') return `data-${name}`;
  return provider === 'google' ? name.replace(/^google-/, '') : name;
}

/** Bindings of which each package, some 30 MB, is fetched when it is first asked for, into a folder that `close` removes. */
export async function openBindings(): Promise<Bindings> {
  const directory = await mkdtemp(join(tmpdir(), 'bindings-'));
  const fetched = new Map<Provider, Promise<string>>();
  const fetchOnce = (provider: Provider): Promise<string> => {
    const at = fetched.get(provider) ?? fetchPackage(PACKAGES[provider], join(directory, provider));
    fetched.set(provider, at);
    return at;
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

/** @returns the folder of its library */
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

/** The source map at the end of a script holds the text that it was compiled from, which says more. */
function sourceIn(script: string): string {
  const encoded = script.slice(script.lastIndexOf('base64,') + 'base64,'.length);
  const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sourcesContent: string[] };
  return map.sourcesContent.join('\n');
}
