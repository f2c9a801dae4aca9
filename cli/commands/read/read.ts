import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import {
  type Authorizer,
  type ReadCredential,
  ReaderError,
  SecretCredential,
} from '../../../shared/reader/index.ts';
import { toJson } from '../../../shared/report/json.ts';
import { explanationOf } from '../../operator/asked.ts';
import { readChainFile } from '../../operator/chain-file.ts';
import { chainsCalled } from '../../operator/choose.ts';
import { LOCAL_NOTICE } from '../../operator/open.ts';
import { operatorCloud } from '../../operator/operator.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { exitCodeOf, interruptionOf, runWith } from './child.ts';
import { replaceFile } from './file.ts';
import { conflictIn, type ReadOptions } from './options.ts';
import { contentOf, credentialJson, credentialText } from './text.ts';

/** How often `--watch` asks the reader for a newer credential. The reader makes no call until one is due. */
const WATCH_EVERY_MS = 10_000;

/**
 * Reads the newest credential of a chain and checks its account. Then shows how fresh it is, or hands it over: to the terminal, to a command
 * or to a file.
 *
 * @returns the exit code of the command, if it runs one
 */
export async function read(
  options: ReadOptions,
  io: Io,
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) =>
    setTimeout(ms, undefined, { signal }),
): Promise<number> {
  const conflict = conflictIn(options);
  if (conflict !== undefined) return refuse(io, conflict, 2);
  const opened = await readChainFile(options.source, io);
  if (!opened.ok) return opened.error;
  const called = chainsCalled(opened.value.file, [options.chain]);
  if (!called.ok) return refuse(io, `${options.source}: ${called.error}`, 2);
  const [chain] = called.value as [Chain];
  if (io.env.HOPMINT_CLOUD) io.err(LOCAL_NOTICE);

  try {
    const reader = readerOf(chain, io);
    const first = await credentialIn(reader, chain, options, io);
    if (options.out !== undefined) {
      await write(options.out, first, io);
      return options.watch ? await watch(reader, chain, options, first, io, sleep) : 0;
    }
    if (options.exec) return await execute(options, first.content, io);
    const { credential, content } = first;
    const shown = { ...credential, chain: chain.name, secret: chain.secret };
    if (options.json) io.out(toJson(credentialJson(shown, options.reveal ? content : undefined)));
    else io.out(options.reveal ? `${content}\n` : credentialText(shown, io.now()));
    return 0;
  } catch (error) {
    if (io.signal.aborted) return exitCodeOf(interruptionOf(io.signal));
    if (!(error instanceof ReaderError)) throw error;
    explainRefused(error, chain.secret, io);
    return refuse(io, `${options.chain}: ${error.message}`, exitOf(error));
  }
}

/** The reader makes its own calls, so the command itself says what Google refused. */
function explainRefused(error: ReaderError, secret: string, io: Io): void {
  const { status, permission = 'secretmanager.versions.access', googleReason: reason } = error;
  if (status !== 401 && status !== 403) return;
  io.onFailure?.(async () => {
    const operator = await operatorCloud({ env: io.env, now: io.now });
    if (!operator.ok) return '';
    const request = 'secretmanager.projects.secrets.versions.access';
    const refusal = { request, resource: secret, status, permission, ...(reason && { reason }) };
    return explanationOf([refusal], await operator.value.asker());
  });
}

const refuse = (io: Io, message: string, exit: Exit): Exit => {
  io.err(`hopmint read: ${message}\n`);
  return exit;
};

/** 1 for a chain that is broken, 2 for the user's input, 3 for the cloud. */
function exitOf({ reason }: ReaderError): Exit {
  switch (reason) {
    case 'misconfigured':
    case 'not-a-header':
    case 'wrong-host':
      return 2;
    case 'unauthenticated':
    case 'secret-denied':
    case 'secret-missing':
    case 'cloud-busy':
      return 3;
    case 'secret-disabled':
    case 'payload-corrupted':
    case 'payload-malformed':
    case 'account-mismatch':
    case 'account-unproven':
    case 'expired':
      return 1;
  }
}

function readerOf({ secret, target, credential, format }: Chain, io: Io): SecretCredential {
  const tokenFile = io.env.CLOUDSDK_AUTH_ACCESS_TOKEN_FILE;
  // A raw signature does not name its key, so its account cannot be checked.
  const provable = !(credential.kind === 'signed-blob' && format === 'raw');
  return new SecretCredential({
    secret,
    ...(provable && { account: target }),
    ...(tokenFile && { auth: tokenIn(tokenFile) }),
    env: io.env,
    now: io.now,
  });
}

/** Reads the file for every call, because another program may refresh it. */
const tokenIn = (file: string): Authorizer => ({
  async getRequestHeaders() {
    const token = (await readFile(file, 'utf8')).trim();
    return new Headers({ authorization: `Bearer ${token}` });
  },
});

type Found = {
  readonly credential: ReadCredential & { readonly ageSeconds: number };
  readonly content: string;
};

async function credentialIn(
  reader: SecretCredential,
  chain: Chain,
  { header = false }: ReadOptions,
  io: Io,
): Promise<Found> {
  const credential = await reader.getCredential({ signal: io.signal });
  if (credential.kind !== chain.credential.kind) {
    throw new ReaderError(
      'payload-malformed',
      `version ${credential.version} has the kind ${credential.kind}, and the chain file says ${chain.credential.kind}`,
    );
  }
  const content = contentOf(credential, header);
  if (content === undefined) {
    throw new ReaderError(
      'not-a-header',
      'a raw signature does not name its key: store it as json or header',
    );
  }
  return { credential, content };
}

async function execute({ command = [], env }: ReadOptions, text: string, io: Io): Promise<number> {
  const handover =
    env === undefined
      ? ({ by: 'descriptor', text } as const)
      : ({ by: 'environment', name: env, text } as const);
  const code = await runWith(command, handover, io.env, io.signal);
  if (code === 127) io.err(`hopmint read: ${command[0]}: this command does not exist\n`);
  if (code === 126) io.err(`hopmint read: ${command[0]}: this command cannot be run\n`);
  return code;
}

async function write(path: string, { credential, content }: Found, io: Io): Promise<void> {
  try {
    await replaceFile(path, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ReaderError(
      'misconfigured',
      `${path} cannot be written (${code ?? 'unknown error'})`,
    );
  }
  const { version, expiresAt } = credential;
  io.err(`${path}: version ${version}, valid until ${expiresAt.toISOString()}\n`);
}

/** Prints a problem once while it stays the same, and tries again: the old file stays valid for some time. */
async function watch(
  reader: SecretCredential,
  chain: Chain,
  options: ReadOptions,
  first: Found,
  io: Io,
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>,
): Promise<Exit> {
  let written = first.credential.version;
  let reported = '';
  while (!io.signal.aborted) {
    try {
      await sleep(WATCH_EVERY_MS, io.signal);
      const found = await credentialIn(reader, chain, options, io);
      if (found.credential.version !== written) await write(options.out ?? '', found, io);
      written = found.credential.version;
      reported = '';
    } catch (error) {
      if (io.signal.aborted) break;
      if (!(error instanceof ReaderError)) throw error;
      if (reported !== error.message) io.err(`hopmint read: ${options.chain}: ${error.message}\n`);
      reported = error.message;
    }
  }
  return 0;
}
