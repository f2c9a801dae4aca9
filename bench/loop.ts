import pLimit from 'p-limit';
import { type Job, rotatorOf } from './yardsticks/rotate.js';

// Runs the bare loop in a process of its own, a round each time the bench asks for one. Arguments: the local cloud's address.

const rotate = rotatorOf(process.argv[2] as string);

process.on('message', async (message: { jobs?: readonly Job[]; atOnce: number }) => {
  if (!message.jobs) return;
  const limit = pLimit(message.atOnce);
  await Promise.all(message.jobs.map((job) => limit(() => rotate(job))));
  process.send?.('done');
});
