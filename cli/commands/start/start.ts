import { resolve } from 'node:path';
import { parseObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { isPaused } from '../../../shared/domain/chain/chain.ts';
import { agentsOf } from '../../../shared/domain/doctor/grants.ts';
import { type OpenedFile, readChainFile } from '../../operator/chain-file.ts';
import { readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { example, openCloud, type StartOptions, shown, timeOf } from './cloud.ts';
import { accountsOf, deploymentOf, OPERATOR } from './deployed/deployment.ts';
import { runServicesOf } from './deployed/infrastructure.ts';
import { sinkGrantsOf } from './deployed/log-sinks.ts';
import { cronOf, scheduleIn } from './deployed/schedule.ts';
import { startFunctions } from './functions.ts';
import { functionLog } from './logs.ts';
import { messagesAt } from './messages.ts';
import { publisherTo } from './publish.ts';
import { everySecond, republishOnChange } from './republish.ts';
import { auditAt } from './round/audit.ts';
import { jsonPrinter, textPrinter } from './round/print-round.ts';
import { type Round, runRound } from './round/round.ts';
import { watch } from './round/watch.ts';
import { stdoutTo } from './stdout.ts';
import { Stop } from './stop.ts';
import { accountIn, ledgersIn } from './world.ts';

/**
 * The product on one machine: a local cloud, the resources that a deployment adds, the functions, and ticks. Prints the minted credentials
 * and the findings of the audit, and ticks until Ctrl-C.
 */
export async function start(options: StartOptions, io: Io): Promise<Exit> {
  const open: (() => Promise<void>)[] = [];
  try {
    return await run(options, io, (stop) => open.push(stop));
  } catch (error) {
    // Ctrl-C also reaches the functions, so errors after it are expected.
    if (io.signal.aborted) return options.once ? 1 : 0;
    if (!(error instanceof Stop)) throw error;
    io.err(`hopmint start: ${error.message}\n`);
    return error.exit;
  } finally {
    // A part that fails to stop must not keep the others from stopping.
    for (const stop of open.reverse()) await stop().catch(() => undefined);
  }
}

async function run(
  options: StartOptions,
  io: Io,
  atEnd: (stop: () => Promise<void>) => void,
): Promise<Exit> {
  const { once = false, json = false, verbose = false } = options;
  const source = shown(resolve(options.source ?? example('chains.yaml')));
  const read = readSource(io);
  const texts = await read(source);
  const opened = await readChainFile(source, io, async () => texts);
  if (!opened.ok) return opened.error;
  const { file } = opened.value;
  const cloud = await openCloud(options, io, atEnd);
  const now = await timeOf(cloud, io, atEnd);

  const world = await cloud.world();
  const caller = accountIn(world, file.caller);
  if (!caller) {
    const name = file.caller.email ?? file.caller.uniqueId;
    throw new Stop(2, `${source}: the caller, ${name}, is not an account of this world`);
  }
  const project = caller.projectId;
  const number = world.projects.find(({ id }) => id === project)?.number ?? '';
  const accounts = accountsOf(caller.email, project);
  const chains = file.publishTo ?? `gs://${project}-hopmint-chains/chains.jsonl`;
  const at = parseObjectLocation(chains);
  if (!at) throw new Error(`publishTo is not an object: ${chains}`);
  const write = await publisherTo(cloud, at, now);
  const publish = async (opened: OpenedFile) => {
    const installation = { project, bucket: at.bucket };
    const seed = deploymentOf(opened.file, accounts, installation, await cloud.world());
    await cloud.seed(JSON.stringify(seed));
    await cloud.seed(JSON.stringify(sinkGrantsOf(await cloud.world(), project)));
    await write(opened);
  };
  await publish(opened.value);

  let watching = false;
  const log = functionLog(io, { json, verbose, watching: () => watching });
  const ingest = stdoutTo(cloud, project);
  const functions = await startFunctions({
    cloud,
    accounts,
    chains,
    project,
    io,
    log: (name, line) => {
      ingest(name, line);
      log(name, line);
    },
  });
  atEnd(() => functions.stop());
  const emulator = io.env.PUBSUB_EMULATOR_HOST;
  const messages = emulator
    ? messagesAt(`http://${emulator}`, project, undefined)
    : messagesAt(cloud.url, project, () => cloud.token(OPERATOR), {
        seed: cloud.seed,
        pubsubAgent: agentsOf(number).pubsub,
      });
  const { fanout, mint, audit } = functions;
  const urls = { fanout: fanout.url, mint: mint.url, audit: audit.url };
  const services = { runServices: runServicesOf({ project, number }, accounts, urls) };
  await cloud.seed(JSON.stringify({ accounts: [], ...services }));
  await messages.subscribe(urls);
  atEnd(() => messages.unsubscribe());
  const schedule = scheduleIn(cloud, project, OPERATOR);
  if (!once && !emulator) {
    await schedule.set(file.tickEverySeconds);
    atEnd(() => schedule.remove());
  }

  const print = (json ? jsonPrinter : textPrinter)(io);
  let published = file;
  const ledgers = async () => {
    const secrets = published.chains.map(({ secret }) => secret);
    return ledgersIn(await cloud.world(), secrets);
  };
  const auditNow = () => auditAt(functions.audit.url, io.signal);
  /** Whether the job of Cloud Scheduler ticks. Otherwise this process does. */
  const isScheduled = () => !emulator && cronOf(published.tickEverySeconds) !== undefined;
  const paused = file.chains.filter((chain) => isPaused(chain, file, now()));
  if (!json) for (const { name } of paused) io.out(`${name} is paused\n`);

  const work = async (): Promise<Exit> => {
    const running = file.chains.filter((chain) => !paused.includes(chain));
    const round = await runRound(running, messages, ledgers, io.signal);
    const audit = await auditNow();
    if (!audit && !io.signal.aborted) io.err('hopmint start: the audit made no report\n');
    print(round, audit);
    if (once) return round.failed.length === 0 && audit ? 0 : 1;
    watching = true;
    if (!json)
      io.out(`audit    ${functions.audit.url}/\nticking every ${file.tickEverySeconds} s\n`);
    const republish = async (opened: OpenedFile) => {
      await publish(opened);
      if (!emulator) await schedule.set(opened.file.tickEverySeconds);
      published = opened.file;
      if (!json) io.out(`published ${source} again: the functions read it within a minute\n`);
    };
    const printRound = async (one: Round) => print(one, await auditNow());
    await Promise.all([
      watch(() => published, isScheduled, messages, ledgers, printRound, now, io.signal),
      republishOnChange(
        { source, read, published: texts, looks: everySecond(io.signal) },
        republish,
        { ...io, now },
      ),
    ]);
    return 0;
  };
  return await Promise.race([work(), functions.broken]);
}
