import pLimit from 'p-limit';
import { type Job, rotatorOf } from '../yardsticks/rotate.js';

// Runs the bare loop in a process of its own, a round each time the bench asks for one. Arguments: the local cloud's address.

const rotate = rotatorOf(process.argv[2] as string);

process.on('message', async (message: { jobs?: readonly Job[]; atOnce: number }) => {
  if (!message.jobs) return;
  const limit = pLimit(message.atOnce);
  // On a busy machine a connection may be closed at the moment it is used again.
  const run = (job: Job) => rotate(job).catch(() => rotate(job));
  await Promise.all(message.jobs.map((job) => limit(() => run(job))));
  process.send?.('done');
});
