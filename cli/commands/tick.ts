import { projectOf } from '../../shared/domain/chain/account.ts';
import { isPaused } from '../../shared/domain/chain/chain.ts';
import { toJson } from '../../shared/report/json.ts';
import { chainsCalled } from '../operator/choose.ts';
import { open } from '../operator/open.ts';
import { type ReadSource, readSource } from '../operator/source.ts';
import type { Exit, Io } from '../terminal/io.ts';

export type TickOptions = {
  readonly source: string;
  readonly json: boolean;
  /** The names of the chains. By default, every chain that is due. */
  readonly chain?: readonly string[];
  /** Rotate even if the chains are not due. */
  readonly force?: boolean;
  /** The project of the topics. By default, the project of the caller. */
  readonly project?: string;
};

/** Publishes a tick, as Cloud Scheduler does. `status` shows the result. */
export async function tick(
  { source, json, chain: names = [], force = false, project: given }: TickOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const opened = await open(source, io, read);
  if (!opened.ok) return opened.error;
  const { file, cloud } = opened.value;
  const refuse = (message: string, exit: Exit): Exit => {
    io.err(`hopmint tick: ${message}\n`);
    return exit;
  };

  const chosen = chainsCalled(file, names);
  if (!chosen.ok) return refuse(`${source}: ${chosen.error}`, 2);
  const project = given ?? projectOf(file.caller);
  if (project === undefined) {
    return refuse(
      'the caller is written without its project: name the project of the topics with --project',
      2,
    );
  }
  const isChosen = names.length > 0;
  const asked = isChosen ? chosen.value : file.chains;
  for (const { name } of asked.filter((chain) => isPaused(chain, file, io.now()))) {
    io.err(`hopmint tick: ${name} is paused: it is not rotated\n`);
  }

  const topic = `projects/${project}/topics/hopmint-tick`;
  const message = { ...(isChosen && { only: chosen.value.map(({ name }) => name) }), force };
  const published = await cloud.topics.publish(topic, [{ message }], io.signal);
  if (!published.ok) {
    const { reason, detail, permission, status } = published.error;
    const advice = permission ? `: you need ${permission} on ${topic}` : '';
    const where =
      status === 404 ? `: ${topic} does not exist; name its project with --project` : '';
    return refuse(`${reason}: ${detail}${advice || where}`, 3);
  }
  const what = isChosen ? message.only?.join(', ') : 'all chains';
  if (json) io.out(toJson({ topic, message }));
  else io.out(`${force ? 'forced ' : ''}tick for ${what}, published to ${topic}\n`);
  return 0;
}
