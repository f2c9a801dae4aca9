import { proxyExemptions } from '../shared/domain/basics/loopback.ts';
import { BUG, reportBug, runCommand } from './arguments/program.ts';
import { clockOf } from './operator/clock.ts';
import { Interrupted, type Io } from './terminal/io.ts';
import { terminalOf } from './terminal/terminal.ts';

const interrupted = new AbortController();
const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  env: process.env,
  now: () => new Date(),
  colour: process.stdout.isTTY && process.stdout.hasColors(),
  ...(process.stdin.isTTY &&
    process.stderr.isTTY && { terminal: terminalOf(process.stdin, process.stderr) }),
  signal: interrupted.signal,
};

Object.assign(process.env, proxyExemptions(process.env));

// With these variables, Google's clients and Node print their requests, and so credentials.
if (process.env.GOOGLE_SDK_NODE_LOGGING) {
  process.env.GOOGLE_SDK_NODE_LOGGING = '';
  io.err('hopmint: GOOGLE_SDK_NODE_LOGGING is ignored: it would print credentials\n');
}
if (process.env.NODE_DEBUG) {
  io.err('hopmint: NODE_DEBUG would print credentials: unset it\n');
  process.exit(2);
}

if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
  io.err(
    'hopmint: NODE_TLS_REJECT_UNAUTHORIZED=0 would send credentials to any server that says it is Google: unset it\n',
  );
  process.exit(2);
}

/** One Ctrl-C can arrive twice, from the terminal and from npm. A second one after more than a second ends the process at once. */
const SECOND_AFTER_MS = 1000;
let interruptedAt: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruptedAt ??= performance.now();
    if (performance.now() - interruptedAt > SECOND_AFTER_MS) process.exit(130);
    interrupted.abort(new Interrupted(signal));
  });
}
// A SIGTERM to npm ends npm's shell, and the shell does not pass it on. Then this process gets another parent.
const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => process.ppid !== parent && interrupted.abort(), 500).unref();
}
// The reader of a pipe, such as `head`, may end before the command does.
process.stdout.on('error', () => interrupted.abort());

process.on('uncaughtException', (thrown) => {
  reportBug(thrown, io);
  process.exit(BUG);
});

const { now } = await clockOf(process.env.HOPMINT_CLOUD, io.now);
process.exitCode = await runCommand(process.argv.slice(2), { ...io, now });
