import { startLocalCloud } from '../../local/cloud.ts';
import { seedOf } from './large-fleet.ts';

// A local cloud with a large fleet in it. Arguments: how many chains, when it is, and how many other secrets. It ends with its parent.
process.once('disconnect', () => process.exit());
const [count, now = '', others] = process.argv.slice(2);
const seed = seedOf(Number(count), new Date(now), Number(others));
const { url } = await startLocalCloud({ seed });
process.send?.({ url });
