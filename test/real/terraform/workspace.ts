import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bindings, PROVIDERS } from './provider/bindings.ts';
import { startStandIn } from './provider/stand-in.ts';
import { runTerraform, type TerraformRun } from './run-terraform.ts';

/** A folder with a configuration, where Terraform runs with stand-ins for Google's providers. */
export type Workspace = {
  /** Writes a file. It may use only types of resources that the first configuration used. */
  write(path: string, text: string): Promise<void>;
  readonly run: (...args: string[]) => Promise<TerraformRun>;
  close(): Promise<void>;
};

/**
 * @param files the text of each file, by path
 * @param options.from a folder that is copied into the workspace first
 * @param options.at the folder of the workspace in which Terraform runs
 */
export async function openWorkspace(
  bindings: Bindings,
  files: Readonly<Record<string, string>>,
  options: { readonly from?: string; readonly at?: string } = {},
): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'terraform-'));
  if (options.from) await cp(options.from, directory, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
  const { env, close } = await openStandIns(bindings, directory);
  return {
    write: (path, text) => writeFile(join(directory, path), text),
    run: (...args) => runTerraform(join(directory, options.at ?? '.'), args, env),
    async close() {
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Starts a stand-in for each provider that the configurations below a folder use.
 *
 * @returns the environment in which Terraform finds them
 */
export async function openStandIns(
  bindings: Bindings,
  directory: string,
): Promise<{ readonly env: Readonly<Record<string, string>>; close(): Promise<void> }> {
  const text = await configurationIn(directory);
  const types = { resources: namesIn(text, 'resource'), data: namesIn(text, 'data') };
  const used = PROVIDERS.filter((name) => text.includes(`"hashicorp/${name}"`));
  const standIns = await Promise.all(
    used.map(async (name) => [name, await startStandIn(bindings, name, types)] as const),
  );
  const addresses = standIns.map(([name, { address }]) => [
    `registry.terraform.io/hashicorp/${name}`,
    address,
  ]);
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(addresses)) },
    async close() {
      for (const [, standIn] of standIns) await standIn.close();
    },
  };
}

async function configurationIn(directory: string): Promise<string> {
  const names = await readdir(directory, { recursive: true });
  const configuration = names.filter((name) => name.endsWith('.tf'));
  const texts = await Promise.all(
    configuration.map((name) => readFile(join(directory, name), 'utf8')),
  );
  return texts.join('\n');
}

const namesIn = (text: string, kind: 'resource' | 'data'): string[] => [
  ...new Set(
    [...text.matchAll(new RegExp(`^\\s*${kind}\\s+"(\\w+)"`, 'gm'))].map(([, name]) => name ?? ''),
  ),
];
