import { startLocalCloud } from '../local/cloud.ts';
import { seedOf } from './large-fleet.ts';

// A local cloud with a large fleet in it. Arguments: how many chains, and when it is. It ends with its parent.
process.once('disconnect', () => process.exit());
const [count, now = ''] = process.argv.slice(2);
const { url } = await startLocalCloud({ seed: seedOf(Number(count), new Date(now)) });
process.send?.({ url });
