import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Bindings that the makers of Terraform generated from the provider's own schema, that of hashicorp/google 6.50.0. */
const PACKAGE = '@cdktf/provider-google@16.12.1';

const run = promisify(execFile);

/** What a type is in Terraform's language. */
export type Kind = 'provider' | 'resource' | 'data';

export type Bindings = {
  /** The TypeScript of a type's bindings; none where the provider has no such type. It is read, and never run. */
  source(kind: Kind, type: string): Promise<string | undefined>;
  close(): Promise<void>;
};

/** As the package names its folders: `google_pubsub_topic` is in `pubsub-topic`. */
function folderOf(kind: Kind, type: string): string {
  if (kind === 'provider') return 'provider';
  const name = type.replace(/^google_/, '').replaceAll('_', '-');
  return kind === 'data' ? `data-google-${name}` : name;
}

/** Fetches the bindings, some 30 MB, into a folder that `close` removes. */
export async function openBindings(): Promise<Bindings> {
  const directory = await mkdtemp(join(tmpdir(), 'bindings-'));
  const { stdout } = await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', '.'], {
    cwd: directory,
  });
  await run('tar', ['-xzf', stdout.trim(), '--wildcards', 'package/lib/*/index.js'], {
    cwd: directory,
  });
  return {
    async source(kind, type) {
      const path = join(directory, 'package/lib', folderOf(kind, type), 'index.js');
      const script = await readFile(path, 'utf8').catch(() => undefined);
      return script === undefined ? undefined : sourceIn(script);
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The source map at the end of a script holds the text that it was compiled from, which says more. */
function sourceIn(script: string): string {
  const encoded = script.slice(script.lastIndexOf('base64,') + 'base64,'.length);
  const map = JSON.parse(Buffer.from(encoded, 'base64').toString()) as { sourcesContent: string[] };
  return map.sourcesContent.join('\n');
}
