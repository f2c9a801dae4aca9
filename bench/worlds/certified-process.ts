import { startLocalCloud } from '../../local/cloud.ts';
import { certifiedWorld } from './certified-world.ts';

// A local cloud with an organization to certify. Argument: the number of chains. It exits with its parent.
process.once('disconnect', () => process.exit());
const { url } = await startLocalCloud({ seed: certifiedWorld(Number(process.argv[2])).seed });
process.send?.({ url });
