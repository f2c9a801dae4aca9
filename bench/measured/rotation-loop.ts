import pLimit from 'p-limit';
import { type Job, rotatorOf } from '../yardsticks/rotate.js';

// The bare loop in its own process. It runs one round for each message. Argument: the local cloud's address.

const rotate = rotatorOf(process.argv[2] as string);

process.on('message', async (message: { jobs?: readonly Job[]; atOnce: number }) => {
  if (!message.jobs) return;
  const limit = pLimit(message.atOnce);
  // On a busy machine the server may close a connection at the moment the client uses it again.
  const run = (job: Job) => rotate(job).catch(() => rotate(job));
  await Promise.all(message.jobs.map((job) => limit(() => run(job))));
  process.send?.('done');
});
