import { startLocalCloud } from '../../local/cloud.ts';
import { seedOf } from './large-fleet.ts';

// A local cloud with a large fleet. Arguments: the number of chains, the time, and the number of other secrets. It exits with its parent.
process.once('disconnect', () => process.exit());
const [count, now = '', others] = process.argv.slice(2);
const seed = seedOf(Number(count), new Date(now), Number(others));
const { url } = await startLocalCloud({ seed });
process.send?.({ url });
