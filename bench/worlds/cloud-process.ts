import { startLocalCloud } from '../../local/cloud.ts';

// The local cloud in a process of its own, so that its CPU and memory are nobody else's. It ends with its parent.
process.once('disconnect', () => process.exit());
const { url } = await startLocalCloud();
process.send?.({ url });
