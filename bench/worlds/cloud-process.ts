import { startLocalCloud } from '../../local/cloud.ts';

// The local cloud in its own process, so that its CPU and memory are not measured. It exits with its parent.
process.once('disconnect', () => process.exit());
const { url } = await startLocalCloud();
process.send?.({ url });
