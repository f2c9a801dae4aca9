import { startLocalCloud } from '../../local/cloud.ts';
import { auditedWorld } from './audited-world.ts';

// A local cloud with accounts. Argument: the number of accounts. It exits with its parent.
process.once('disconnect', () => process.exit());
const { url } = await startLocalCloud({ seed: auditedWorld(Number(process.argv[2])).seed });
process.send?.({ url });
